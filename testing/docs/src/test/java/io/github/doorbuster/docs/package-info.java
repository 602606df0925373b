/** Checks that the documentation agrees with the code. */
@NullMarked
package io.github.doorbuster.docs;

import org.jspecify.annotations.NullMarked;
