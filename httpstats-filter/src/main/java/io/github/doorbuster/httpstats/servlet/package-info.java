/** The servlet edge: a filter that records requests, and a servlet that shows the statistics. */
@NullMarked
package io.github.doorbuster.httpstats.servlet;

import org.jspecify.annotations.NullMarked;
