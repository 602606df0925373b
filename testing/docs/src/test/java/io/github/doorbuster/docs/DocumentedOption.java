package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An option in the code: a component of the record that init-params are bound to. It is read by reflection, because
 * some of these records are package-private.
 */
record DocumentedOption(Record defaults, RecordComponent component) {

    /** The documented defaults of options that are empty in the code. */
    private static final Map<String, String> NOTHING = Map.of("allow", "loopback");

    private static final Pattern RANGE = Pattern.compile("(`\\w+`|[0-9,]+) to ([0-9,]+)(.*)");

    /** Returns the options of a record that has a builder, or a constant {@code DEFAULTS}. */
    static Stream<DocumentedOption> of(String record) {
        Record defaults = defaults(record);
        return Arrays.stream(defaults.getClass().getRecordComponents())
                .map(component -> new DocumentedOption(defaults, component));
    }

    String key() {
        return component.getName();
    }

    /** {@return the default as a table has it: text as code, everything else plain} */
    String printedDefault() {
        Object value = value(component);
        if (value == null || value.equals("")) {
            return NOTHING.getOrDefault(key(), "none");
        }
        return value instanceof String || value instanceof Enum ? "`" + value + "`" : String.valueOf(value);
    }

    /** Compares the documented range with what the code accepts and rejects. */
    void assertAllowed(String allowed) {
        Class<?> type = component.getType();
        Matcher range = RANGE.matcher(allowed);
        if (type.isEnum()) {
            assertThat(allowed)
                    .isEqualTo(Arrays.stream(type.getEnumConstants())
                            .map(value -> "`" + value + "`")
                            .collect(Collectors.joining(", ")));
        } else if (type == boolean.class) {
            assertThat(allowed).isEqualTo("true, false");
        } else if (isNumber()) {
            assertThat(allowed).matches(RANGE);
            assertThat(range.matches()).isTrue();
            assertLimits(least(range.group(1)), number(range.group(2)));
        } else if (range.matches()) {
            assertLengths((int) number(range.group(1)), (int) number(range.group(2)));
        }
    }

    private boolean isNumber() {
        Class<?> type = component.getType();
        return type == int.class || type == Integer.class || type == long.class;
    }

    private void assertLimits(long least, long most) {
        assertTaken(least);
        assertTaken(most);
        assertRejected(least - 1);
        if (component.getType() == long.class || most < Integer.MAX_VALUE) {
            assertRejected(most + 1);
        }
    }

    private void assertLengths(int least, int most) {
        assertTaken("a".repeat(least));
        assertTaken("a".repeat(most));
        assertRejected("a".repeat(least - 1));
        assertRejected("a".repeat(most + 1));
    }

    private void assertTaken(Object value) {
        // Another option may become invalid with this one. Only messages about this one count.
        assertThat(rejection(value)).doesNotStartWith(key() + "=");
    }

    private void assertRejected(Object value) {
        String excerpt = String.valueOf(value);
        assertThat(rejection(value))
                .as("%s=%s must be rejected", key(), value)
                .startsWith(key() + "=" + excerpt.substring(0, Math.min(40, excerpt.length())));
    }

    /** {@return the message that rejects a value, with defaults for the other options, or an empty string} */
    private String rejection(Object value) {
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        try {
            Constructor<?> constructor = defaults.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            constructor.newInstance(Arrays.stream(components)
                    .map(other -> other.getName().equals(key()) ? typed(value) : companion(other))
                    .toArray());
            return "";
        } catch (InvocationTargetException e) {
            assertThat(e.getCause()).isInstanceOf(IllegalArgumentException.class);
            return String.valueOf(e.getCause().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the value of another option: none for an optional one, since two may exclude each other} */
    private @Nullable Object companion(RecordComponent other) {
        return other.getType() == Integer.class ? null : value(other);
    }

    private Object typed(Object value) {
        return value instanceof Long n && component.getType() != long.class ? (Object) n.intValue() : value;
    }

    private long least(String text) {
        if (!text.startsWith("`")) {
            return number(text);
        }
        return Arrays.stream(defaults.getClass().getRecordComponents())
                .filter(other -> other.getName().equals(text.replace("`", "")))
                .map(other -> ((Number) value(other)).longValue())
                .findFirst()
                .orElseThrow();
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    private @Nullable Object value(RecordComponent of) {
        try {
            of.getAccessor().setAccessible(true);
            return of.getAccessor().invoke(defaults);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Record defaults(String record) {
        try {
            Class<?> type = Class.forName(record);
            if (Arrays.stream(type.getDeclaredMethods())
                    .anyMatch(method -> method.getName().equals("builder"))) {
                Object builder = type.getMethod("builder").invoke(null);
                Method build = builder.getClass().getMethod("build");
                return (Record) build.invoke(builder);
            }
            var constant = type.getDeclaredField("DEFAULTS");
            constant.setAccessible(true);
            return (Record) constant.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
