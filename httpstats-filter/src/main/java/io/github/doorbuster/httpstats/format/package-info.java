/** The formats of {@code /stats}. */
@NullMarked
package io.github.doorbuster.httpstats.format;

import org.jspecify.annotations.NullMarked;
