/** Page views, folded per item and added to a store every so often, each exactly once. */
@NullMarked
package io.github.doorbuster.pvpool;

import org.jspecify.annotations.NullMarked;
