/** A lease per item, so that one purchase of it runs at a time; the others wait in a queue. */
@NullMarked
package io.github.doorbuster.buylock;

import org.jspecify.annotations.NullMarked;
