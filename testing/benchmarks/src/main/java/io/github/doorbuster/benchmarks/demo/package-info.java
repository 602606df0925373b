/** The whole demo with and without a part of the kit. */
@NullMarked
package io.github.doorbuster.benchmarks.demo;

import org.jspecify.annotations.NullMarked;
