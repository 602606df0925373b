package io.github.doorbuster.httpstats.servlet;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import jakarta.servlet.ServletException;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Binds init-params to the fields of a configuration builder, by name; what no field is called stops the start. */
final class InitParams {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .changeDefaultVisibility(v -> v.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
                    .withVisibility(PropertyAccessor.FIELD, Visibility.ANY)
                    .withVisibility(PropertyAccessor.CREATOR, Visibility.ANY))
            .withCoercionConfigDefaults(c -> c.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .build();

    private InitParams() {}

    /**
     * Returns a builder with every named parameter set.
     *
     * @throws ServletException if a key is unknown or a value is not of its type
     */
    static <B> B bind(Enumeration<String> names, UnaryOperator<String> values, Class<B> builder)
            throws ServletException {
        Map<String, String> params = new TreeMap<>();
        for (String name : Collections.list(names)) {
            params.put(name, values.apply(name));
        }
        try {
            return MAPPER.convertValue(params, builder);
        } catch (UnrecognizedPropertyException e) {
            String key = e.getPropertyName();
            throw new ServletException("init-param %s=%s: no such key; the keys are %s"
                    .formatted(key, params.get(key), sorted(e.getKnownPropertyIds())));
        } catch (DatabindException e) {
            String key = e.getPath().isEmpty() ? "?" : e.getPath().get(0).getPropertyName();
            throw new ServletException("init-param %s=%s: must be %s".formatted(key, params.get(key), rule(e)));
        }
    }

    private static String sorted(Collection<Object> keys) {
        return String.join(
                ", ", new TreeSet<>(keys.stream().map(String::valueOf).toList()));
    }

    private static String rule(JacksonException e) {
        Class<?> type = e instanceof MismatchedInputException m ? m.getTargetType() : Object.class;
        if (type.isEnum()) {
            return "one of " + java.util.Arrays.toString(type.getEnumConstants());
        }
        if (type == boolean.class) {
            return "true or false";
        }
        return type == int.class || type == Integer.class || type == long.class
                ? "a whole number"
                : "a " + type.getSimpleName();
    }
}
