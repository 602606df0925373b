/** The demo: a process with options, one Jetty server, and the shop in it. */
@NullMarked
package io.github.doorbuster.demo;

import org.jspecify.annotations.NullMarked;
