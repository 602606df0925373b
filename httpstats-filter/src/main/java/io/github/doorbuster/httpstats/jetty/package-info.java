/** Recording in Jetty's core, outside of any servlet context. */
@NullMarked
package io.github.doorbuster.httpstats.jetty;

import org.jspecify.annotations.NullMarked;
