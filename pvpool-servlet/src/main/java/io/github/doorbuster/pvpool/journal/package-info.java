/** Keeps accepted views on disk until they are in the store; the format is in {@code docs/pvpool.md}. */
@NullMarked
package io.github.doorbuster.pvpool.journal;

import org.jspecify.annotations.NullMarked;
