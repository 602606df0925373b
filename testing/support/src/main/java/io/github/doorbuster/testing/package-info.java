/**
 * What tests of several modules share: memcached, MariaDB, nginx and a browser as child processes that can be stopped,
 * killed and restarted, a TCP proxy that injects faults, HTTP clients, and the files of the repository.
 */
@NullMarked
package io.github.doorbuster.testing;

import org.jspecify.annotations.NullMarked;
