/** Counts page views per item and adds the counts to a store at intervals, each view exactly once. */
@NullMarked
package io.github.doorbuster.pvpool;

import org.jspecify.annotations.NullMarked;
