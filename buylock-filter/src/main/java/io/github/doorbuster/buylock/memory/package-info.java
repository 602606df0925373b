/** Keeps leases in this process's memory, for a single node and for tests. */
@NullMarked
package io.github.doorbuster.buylock.memory;

import org.jspecify.annotations.NullMarked;
