package io.github.doorbuster.demo.console;

import java.sql.SQLException;

/** The items of the shop. */
@FunctionalInterface
public interface ShopItems {

    /** {@return whether the shop has an item} */
    boolean contains(String itemId) throws SQLException;
}
