package io.github.doorbuster.library;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import jakarta.servlet.ServletException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Binds init-params to configuration records: the keys are the names of the record's components. A key that no record
 * has is an error.
 */
final class InitParams {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultVisibility(v -> v.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
                    .withVisibility(PropertyAccessor.CREATOR, Visibility.ANY))
            .withCoercionConfigDefaults(c -> c.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .build();

    private final Map<String, String> params = new TreeMap<>();
    private final Set<String> known = new TreeSet<>();

    InitParams(Enumeration<String> names, UnaryOperator<String> values) {
        for (String name : Collections.list(names)) {
            params.put(name, values.apply(name));
        }
    }

    boolean isSet(String key) {
        return params.containsKey(key);
    }

    /**
     * Returns a copy of a record in which every component that an init-param names has that param's value.
     *
     * @throws ServletException if a value is not of its type, or the record rejects it
     */
    <R extends Record> R bind(R defaults) throws ServletException {
        Map<String, @Nullable Object> values = new HashMap<>();
        for (RecordComponent component : defaults.getClass().getRecordComponents()) {
            String key = component.getName();
            known.add(key);
            values.put(key, params.containsKey(key) ? params.get(key) : Settings.value(defaults, component));
        }
        return convert(values, defaults);
    }

    /**
     * Rejects the init-params that no record bound so far has a component for. Their values are not printed: one may be
     * a secret under a misspelt name.
     *
     * @throws ServletException if there are any
     */
    void rejectUnknown() throws ServletException {
        Set<String> unknown = new TreeSet<>(params.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new ServletException("init-param %s: no such key; the keys are %s"
                    .formatted(String.join(", ", unknown), known.isEmpty() ? "none" : String.join(", ", known)));
        }
    }

    @SuppressWarnings("unchecked")
    private static <R extends Record> R convert(Map<String, @Nullable Object> values, R defaults)
            throws ServletException {
        try {
            return (R) MAPPER.convertValue(values, defaults.getClass());
        } catch (DatabindException e) {
            if (e.getCause() instanceof IllegalArgumentException rejected) {
                throw new ServletException("init-param " + rejected.getMessage(), rejected);
            }
            String key = e.getPath().isEmpty() ? "?" : e.getPath().get(0).getPropertyName();
            throw new ServletException("init-param %s=%s: must be %s".formatted(key, values.get(key), rule(e)));
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
}
