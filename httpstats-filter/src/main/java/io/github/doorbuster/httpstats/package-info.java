/** Response-time statistics: exact counts of all requests, times of a random sample. */
@NullMarked
package io.github.doorbuster.httpstats;

import org.jspecify.annotations.NullMarked;
