/** What the statistics cost a request, beside what others cost. */
@NullMarked
package io.github.doorbuster.benchmarks.httpstats;

import org.jspecify.annotations.NullMarked;
