package io.github.doorbuster.buylock;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other about the sale of an item.
 *
 * @param closed whether the item is closed
 * @param generation how often the item was opened, as far as the node knew that has set the mark
 */
record SaleMark(boolean closed, long generation) {

    private static final Pattern FORM = Pattern.compile("(closed|open):([0-9]{1,18})");

    /** {@return the mark, or null if there is none} */
    static @Nullable SaleMark parse(@Nullable String text) {
        Matcher form = FORM.matcher(text == null ? "" : text);
        return form.matches() ? new SaleMark(form.group(1).equals("closed"), Long.parseLong(form.group(2))) : null;
    }

    @Override
    public String toString() {
        return (closed ? "closed:" : "open:") + generation;
    }
}
