/** The cost of the statistics per request, compared with other libraries. */
@NullMarked
package io.github.doorbuster.benchmarks.httpstats;

import org.jspecify.annotations.NullMarked;
