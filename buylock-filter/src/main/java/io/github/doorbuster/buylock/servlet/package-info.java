/** The servlet filter: reads init-params and requests, and delegates to the lock. */
@NullMarked
package io.github.doorbuster.buylock.servlet;

import org.jspecify.annotations.NullMarked;
