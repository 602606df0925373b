package io.github.doorbuster.library;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Binds options in text form to configuration records. The keys are the names of the record components. */
final class RecordBinder {

    private static final String MANAGED_ANNOTATIONS =
            "<dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-annotations</artifactId><version>2.22</version></dependency>";

    private final Map<String, String> options;
    private final Set<String> known = new TreeSet<>();

    RecordBinder(Map<String, String> options) {
        this.options = new TreeMap<>(options);
    }

    boolean isSet(String key) {
        return options.containsKey(key);
    }

    /** {@return the names of the components of the records bound so far} */
    Set<String> known() {
        return known;
    }

    /** {@return the options that are not components of the records bound so far} */
    Set<String> unknown() {
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(known);
        return unknown;
    }

    /**
     * Returns a copy of a record, with the values of the options that have the names of its components.
     *
     * @throws IllegalArgumentException if a value is not of its type, or the record rejects it; the message starts with
     *     the key
     * @throws IllegalStateException if Jackson is not usable; the message says what is missing
     */
    <R extends Record> R bind(R defaults) {
        Map<String, @Nullable Object> values = new HashMap<>();
        for (RecordComponent component : defaults.getClass().getRecordComponents()) {
            String key = component.getName();
            known.add(key);
            values.put(key, options.containsKey(key) ? options.get(key) : Settings.value(defaults, component));
        }
        try {
            return convert(values, defaults);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "jackson-annotations is too old for the version of Jackson 3 (%s); add to the dependencyManagement of your pom.xml: %s"
                            .formatted(e, MANAGED_ANNOTATIONS),
                    e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <R extends Record> R convert(Map<String, @Nullable Object> values, R defaults) {
        try {
            return (R) Jackson.MAPPER.convertValue(values, defaults.getClass());
        } catch (DatabindException e) {
            if (e.getCause() instanceof IllegalArgumentException rejected) {
                throw rejected;
            }
            String key = e.getPath().isEmpty() ? "?" : e.getPath().get(0).getPropertyName();
            throw new IllegalArgumentException("%s=%s: must be %s".formatted(key, values.get(key), rule(e)));
        }
    }

    private static String rule(JacksonException e) {
        Class<?> type = e instanceof MismatchedInputException m ? m.getTargetType() : Object.class;
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants());
        }
        if (type == boolean.class) {
            return "true or false";
        }
        return type == int.class || type == Integer.class || type == long.class
                ? "a whole number"
                : "a " + type.getSimpleName();
    }

    /** Initialised at the first use, so that {@link #bind} can report classes that are missing. */
    private static final class Jackson {

        private record Sample(int number) {}

        static final JsonMapper MAPPER = JsonMapper.builder()
                .changeDefaultVisibility(v -> v.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
                        .withVisibility(PropertyAccessor.CREATOR, Visibility.ANY))
                .withCoercionConfigDefaults(c -> c.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
                .build();

        static {
            // Writing JSON needs more classes than binding. If they are missing, init must fail, not the first request.
            JsonMapper.shared().writeValueAsBytes(new Sample(1));
        }
    }
}
