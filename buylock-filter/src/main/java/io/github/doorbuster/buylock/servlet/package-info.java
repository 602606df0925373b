/** The HTTP edge: reads init-params, adapts requests, delegates. */
@NullMarked
package io.github.doorbuster.buylock.servlet;

import org.jspecify.annotations.NullMarked;
