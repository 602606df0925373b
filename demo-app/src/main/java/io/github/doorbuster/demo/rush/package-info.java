/** The rush: runs a sale with and without each part of the kit, and compares the results. */
@NullMarked
package io.github.doorbuster.demo.rush;

import org.jspecify.annotations.NullMarked;
