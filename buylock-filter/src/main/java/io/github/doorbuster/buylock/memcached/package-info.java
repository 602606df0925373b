/** Leases in memcached, shared by many nodes. */
@NullMarked
package io.github.doorbuster.buylock.memcached;

import org.jspecify.annotations.NullMarked;
