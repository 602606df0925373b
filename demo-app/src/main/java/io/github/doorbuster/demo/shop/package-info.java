/** The shop: what a small web application of one's own would hold, before the kit is put in front of it. */
@NullMarked
package io.github.doorbuster.demo.shop;

import org.jspecify.annotations.NullMarked;
