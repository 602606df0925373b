package io.github.doorbuster.demo.shop;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/** The source of the view counts that the shop shows. */
@FunctionalInterface
public interface ViewCounts {

    /** Returns the views by item; items without a view may be missing. */
    Map<String, Long> of(Collection<String> ids) throws SQLException;
}
