/** The demo: a process with options that runs one Jetty server with the shop and the three parts of the kit. */
@NullMarked
package io.github.doorbuster.demo;

import org.jspecify.annotations.NullMarked;
