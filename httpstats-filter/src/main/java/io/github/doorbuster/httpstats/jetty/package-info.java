/** The Jetty edge: a handler that records requests in Jetty's core, outside any servlet context. */
@NullMarked
package io.github.doorbuster.httpstats.jetty;

import org.jspecify.annotations.NullMarked;
