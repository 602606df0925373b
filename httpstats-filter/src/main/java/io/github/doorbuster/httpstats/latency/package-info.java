/** Response times of the recent past: a sliding window or the last samples, with HdrHistogram behind both. */
@NullMarked
package io.github.doorbuster.httpstats.latency;

import org.jspecify.annotations.NullMarked;
