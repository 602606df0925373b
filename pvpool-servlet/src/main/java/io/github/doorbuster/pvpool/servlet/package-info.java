/** The HTTP edge: reads the init-params, parses requests, and delegates to the pool. */
@NullMarked
package io.github.doorbuster.pvpool.servlet;

import org.jspecify.annotations.NullMarked;
