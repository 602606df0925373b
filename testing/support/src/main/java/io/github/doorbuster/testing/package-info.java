/**
 * What tests of several modules need: real servers on loopback that can be stopped, continued, killed and brought back;
 * a proxy that loses things; a browser; and the documentation, to be held against the code.
 */
@NullMarked
package io.github.doorbuster.testing;

import org.jspecify.annotations.NullMarked;
