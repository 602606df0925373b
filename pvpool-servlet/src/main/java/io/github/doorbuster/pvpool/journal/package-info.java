/**
 * Keeps accepted views on disk until they are in the store. {@code docs/pvpool.md} describes the format of the files.
 */
@NullMarked
package io.github.doorbuster.pvpool.journal;

import org.jspecify.annotations.NullMarked;
