/**
 * The kit on every servlet container that it supports: the same tests on Jetty 12.0, Jetty 12.1, Tomcat 10.1 and Tomcat
 * 11.
 */
@NullMarked
package io.github.doorbuster.containers;

import org.jspecify.annotations.NullMarked;
