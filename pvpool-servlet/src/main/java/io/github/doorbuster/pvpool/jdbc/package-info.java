/** Adds counts up in MySQL, its relatives, and H2. */
@NullMarked
package io.github.doorbuster.pvpool.jdbc;

import org.jspecify.annotations.NullMarked;
