/** The rush: a sale run against the shop with and without each part of the kit, and what came of it side by side. */
@NullMarked
package io.github.doorbuster.demo.rush;

import org.jspecify.annotations.NullMarked;
