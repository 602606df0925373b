/** Keeps leases in memcached, for any number of nodes. */
@NullMarked
package io.github.doorbuster.buylock.memcached;

import org.jspecify.annotations.NullMarked;
