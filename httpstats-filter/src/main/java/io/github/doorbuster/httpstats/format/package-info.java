/** The formats a snapshot can be read in. */
@NullMarked
package io.github.doorbuster.httpstats.format;

import org.jspecify.annotations.NullMarked;
