package io.github.doorbuster.buylock;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other about the sale of an item.
 *
 * @param state whether the item can be purchased
 * @param generation how often the item was opened, as far as the node knew that has set the mark
 */
record SaleMark(SaleState state, long generation) {

    private static final Pattern FORM = Pattern.compile("(closed|paused|open):([0-9]{1,18})");

    /** {@return the mark, or null if there is none} */
    static @Nullable SaleMark parse(@Nullable String text) {
        Matcher form = FORM.matcher(text == null ? "" : text);
        return form.matches()
                ? new SaleMark(SaleState.valueOf(form.group(1).toUpperCase(Locale.ROOT)), Long.parseLong(form.group(2)))
                : null;
    }

    /** {@return true if nobody is let through} */
    boolean closed() {
        return state != SaleState.OPEN;
    }

    boolean paused() {
        return state == SaleState.PAUSED;
    }

    @Override
    public String toString() {
        return state.name().toLowerCase(Locale.ROOT) + ':' + generation;
    }
}
