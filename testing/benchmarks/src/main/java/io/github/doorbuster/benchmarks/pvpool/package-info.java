/** Page-view intake, folding and flushing, compared with the original design and simpler ones. */
@NullMarked
package io.github.doorbuster.benchmarks.pvpool;

import org.jspecify.annotations.NullMarked;
