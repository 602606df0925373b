/** The shop: a small web application that does not know the kit. {@link Shop} is its entry point. */
@NullMarked
package io.github.doorbuster.demo.shop;

import org.jspecify.annotations.NullMarked;
