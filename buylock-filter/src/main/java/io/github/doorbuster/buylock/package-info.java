/** Lets one purchase per item run at a time, by a lease per item; the others wait in a queue. */
@NullMarked
package io.github.doorbuster.buylock;

import org.jspecify.annotations.NullMarked;
