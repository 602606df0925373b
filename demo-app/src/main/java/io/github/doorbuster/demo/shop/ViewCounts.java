package io.github.doorbuster.demo.shop;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/** Where the shop reads how often its items were viewed. */
@FunctionalInterface
public interface ViewCounts {

    /**
     * Returns the views of each of the items.
     *
     * @param ids the items
     * @return id to views, without an entry for one that was never viewed
     * @throws SQLException if they cannot be read
     */
    Map<String, Long> of(Collection<String> ids) throws SQLException;
}
