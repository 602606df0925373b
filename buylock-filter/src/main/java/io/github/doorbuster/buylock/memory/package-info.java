/** Leases in this process's memory, for one node and for tests. */
@NullMarked
package io.github.doorbuster.buylock.memory;

import org.jspecify.annotations.NullMarked;
