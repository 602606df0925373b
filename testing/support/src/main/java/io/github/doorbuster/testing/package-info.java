/**
 * Real servers for tests, on loopback, that can be stopped, continued, killed and brought back; and a proxy that loses
 * things.
 */
@NullMarked
package io.github.doorbuster.testing;

import org.jspecify.annotations.NullMarked;
