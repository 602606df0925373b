/** Stores counts in MySQL, MariaDB, TiDB or H2. */
@NullMarked
package io.github.doorbuster.pvpool.jdbc;

import org.jspecify.annotations.NullMarked;
