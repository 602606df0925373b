package io.github.doorbuster.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One key as the code has it: a field of the builder that init-params are bound to. Most of those builders, and all of
 * their fields, are nobody's business but the module's, hence the reflection.
 */
record DocumentedOption(Class<?> builder, Field field) {

    /** What a table prints where the code has nothing. */
    private static final Map<String, String> NOTHING = Map.of("allow", "loopback");

    private static final Pattern RANGE = Pattern.compile("(`\\w+`|[0-9,]+) to ([0-9,]+)(.*)");

    static Stream<DocumentedOption> of(String builder) {
        try {
            Class<?> type = Class.forName(builder);
            return Arrays.stream(type.getDeclaredFields())
                    .filter(field -> !field.isSynthetic())
                    .map(field -> new DocumentedOption(type, field));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    String key() {
        return field.getName();
    }

    /** The default as a table shows it: text as code, everything else plain. */
    String printedDefault() {
        Object value = effectiveDefault();
        if (value == null || value.equals("")) {
            return NOTHING.getOrDefault(key(), "none");
        }
        return value instanceof String || value instanceof Enum ? "`" + value + "`" : String.valueOf(value);
    }

    /** Compares what a table allows with what the code takes and refuses. */
    void assertAllowed(String allowed) {
        Class<?> type = field.getType();
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
        Class<?> type = field.getType();
        return type == int.class || type == Integer.class || type == long.class;
    }

    private void assertLimits(long least, long most) {
        assertTaken(least);
        assertTaken(most);
        assertRefused(least - 1);
        if (field.getType() == long.class || most < Integer.MAX_VALUE) {
            assertRefused(most + 1);
        }
    }

    private void assertLengths(int least, int most) {
        assertTaken("a".repeat(least));
        assertTaken("a".repeat(most));
        assertRefused("a".repeat(least - 1));
        assertRefused("a".repeat(most + 1));
    }

    private void assertTaken(Object value) {
        // Another key may have to follow: only what is said about this one counts.
        assertThat(refusal(value)).doesNotStartWith(key() + "=");
    }

    private void assertRefused(Object value) {
        String excerpt = String.valueOf(value);
        assertThat(refusal(value))
                .as("%s=%s must be refused", key(), value)
                .startsWith(key() + "=" + excerpt.substring(0, Math.min(64, excerpt.length())));
    }

    /** What building with a value says against it, or nothing. */
    private String refusal(Object value) {
        try {
            Object target = newBuilder();
            field.setAccessible(true);
            field.set(
                    target,
                    field.getType() == long.class || !(value instanceof Long n) ? value : (Object) n.intValue());
            build(target);
            return "";
        } catch (InvocationTargetException e) {
            assertThat(e.getCause()).isInstanceOf(IllegalArgumentException.class);
            return String.valueOf(e.getCause().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private long least(String text) {
        if (!text.startsWith("`")) {
            return number(text);
        }
        DocumentedOption other = of(builder.getName())
                .filter(option -> option.key().equals(text.replace("`", "")))
                .findFirst()
                .orElseThrow();
        return ((Number) other.builderDefault()).longValue();
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    private @Nullable Object effectiveDefault() {
        Object value = builderDefault();
        return value == null ? configuredDefault() : value;
    }

    private @Nullable Object builderDefault() {
        try {
            field.setAccessible(true);
            return field.get(newBuilder());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What becomes of a field that is left empty, where what is built tells. */
    private @Nullable Object configuredDefault() {
        try {
            Object built = build(newBuilder());
            Object config = built.getClass().isRecord()
                    ? built
                    : built.getClass().getMethod("config").invoke(built);
            Method component = config.getClass().getMethod(key());
            component.setAccessible(true);
            return component.invoke(config);
        } catch (NoSuchMethodException e) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object newBuilder() throws ReflectiveOperationException {
        Constructor<?> constructor = builder.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private Object build(Object target) throws ReflectiveOperationException {
        Method build = builder.getDeclaredMethod("build");
        build.setAccessible(true);
        return build.invoke(target);
    }
}
