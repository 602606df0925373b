package io.github.doorbuster.httpstats.servlet;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import jakarta.servlet.ServletException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Binds init-params to the fields of configuration builders, by name; what no field is called stops the start. */
final class InitParams {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .changeDefaultVisibility(v -> v.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
                    .withVisibility(PropertyAccessor.FIELD, Visibility.ANY)
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

    /**
     * Returns a builder with every parameter set that it has a field for.
     *
     * @throws ServletException if a value is not of its type
     */
    <B> B bind(Class<B> builder) throws ServletException {
        Set<String> keys = Arrays.stream(builder.getDeclaredFields())
                .filter(field -> !field.isSynthetic())
                .map(Field::getName)
                .collect(Collectors.toSet());
        known.addAll(keys);
        Map<String, String> own = new TreeMap<>(params);
        own.keySet().retainAll(keys);
        try {
            return MAPPER.convertValue(own, builder);
        } catch (DatabindException e) {
            String key = e.getPath().isEmpty() ? "?" : e.getPath().get(0).getPropertyName();
            throw new ServletException("init-param %s=%s: must be %s".formatted(key, own.get(key), rule(e)));
        }
    }

    /**
     * Refuses what no builder had a field for.
     *
     * @throws ServletException if there is such a key
     */
    void refuseUnknown() throws ServletException {
        for (Map.Entry<String, String> param : params.entrySet()) {
            if (!known.contains(param.getKey())) {
                throw new ServletException("init-param %s=%s: no such key; the keys are %s"
                        .formatted(param.getKey(), param.getValue(), String.join(", ", known)));
            }
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
