package io.github.doorbuster.library;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Range checks of configuration values, and their text in log lines. */
final class Settings {

    private static final String SECRET = "***";

    private Settings() {}

    /**
     * Checks that a value is within its range.
     *
     * @throws IllegalArgumentException naming the key, the value, the range and the reason
     */
    static void requireRange(String key, long value, long least, long most, String reason) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s=%d: must be between %d and %d; %s".formatted(key, value, least, most, reason));
        }
    }

    /**
     * {@return the components of a record as {@code Name[key=value, ...]}, with {@code ***} for those that are secret}
     */
    static String describe(Record settings, String... secrets) {
        Set<String> hidden = Set.of(secrets);
        return Arrays.stream(settings.getClass().getRecordComponents())
                .map(component -> component.getName() + "=" + text(settings, component, hidden))
                .collect(Collectors.joining(", ", settings.getClass().getSimpleName() + "[", "]"));
    }

    /** {@return the value of a record component; the record may be package-private} */
    static @Nullable Object value(Record settings, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object text(Record settings, RecordComponent component, Set<String> hidden) {
        Object value = value(settings, component);
        boolean unset = value == null || value.equals("");
        return hidden.contains(component.getName()) && !unset ? SECRET : value;
    }
}
