/** The load that the benchmarks put on a server. */
@NullMarked
package io.github.doorbuster.benchmarks.http;

import org.jspecify.annotations.NullMarked;
