/** The controls of the console: what an operator may change in the running shop. */
@NullMarked
package io.github.doorbuster.demo.console;

import org.jspecify.annotations.NullMarked;
