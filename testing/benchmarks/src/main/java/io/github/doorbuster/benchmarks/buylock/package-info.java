/** What the purchase lock costs, and what it is worth on a hot item. */
@NullMarked
package io.github.doorbuster.benchmarks.buylock;

import org.jspecify.annotations.NullMarked;
