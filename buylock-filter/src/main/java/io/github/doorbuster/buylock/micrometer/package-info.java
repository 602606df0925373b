/** Meters of Micrometer. It is loaded only in an application that has Micrometer. */
@NullMarked
package io.github.doorbuster.buylock.micrometer;

import org.jspecify.annotations.NullMarked;
