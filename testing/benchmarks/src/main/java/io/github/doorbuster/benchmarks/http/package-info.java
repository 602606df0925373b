/** The HTTP load generator. */
@NullMarked
package io.github.doorbuster.benchmarks.http;

import org.jspecify.annotations.NullMarked;
