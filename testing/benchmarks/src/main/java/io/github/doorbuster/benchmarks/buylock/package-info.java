/** The cost of the purchase lock, and its effect on a hot item. */
@NullMarked
package io.github.doorbuster.benchmarks.buylock;

import org.jspecify.annotations.NullMarked;
