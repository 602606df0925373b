package io.github.doorbuster.demo.console;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The items of the shop. */
@FunctionalInterface
public interface ShopItems {

    /** {@return whether the shop has an item} */
    boolean contains(String itemId) throws SQLException;

    /**
     * {@return the item of a request}
     *
     * @throws IllegalArgumentException if the shop does not have it
     */
    default String require(@Nullable String itemId) throws SQLException {
        if (itemId == null || !contains(itemId)) {
            throw new IllegalArgumentException("item: the shop has no such item; /api/items lists them");
        }
        return itemId;
    }
}
