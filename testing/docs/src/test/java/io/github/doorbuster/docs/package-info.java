/** What the documentation says, held against the code. */
@NullMarked
package io.github.doorbuster.docs;

import org.jspecify.annotations.NullMarked;
