package io.github.doorbuster.demo.shop;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The source of the view counts that the shop shows. */
@FunctionalInterface
public interface ViewCounts {

    /** Returns the views by item; items without a view may be missing. */
    Map<String, Long> of(Collection<String> ids) throws SQLException;

    /** Returns the views of this day by item; null if they are not counted by the day. */
    default @Nullable Map<String, Long> today(Collection<String> ids) throws SQLException {
        return null;
    }

    /** {@return the items with the most views of the last five minutes; empty if that is unknown} */
    default Set<String> hottest() throws SQLException {
        return Set.of();
    }
}
