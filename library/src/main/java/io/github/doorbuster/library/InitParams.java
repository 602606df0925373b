package io.github.doorbuster.library;

import jakarta.servlet.ServletException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Binds init-params to configuration records. The keys are the names of the record components. An unknown key is an
 * error.
 */
final class InitParams {

    private final RecordBinder binder;

    InitParams(Enumeration<String> names, UnaryOperator<String> values) {
        Map<String, String> params = new TreeMap<>();
        for (String name : Collections.list(names)) {
            params.put(name, values.apply(name));
        }
        this.binder = new RecordBinder(params);
    }

    boolean isSet(String key) {
        return binder.isSet(key);
    }

    /**
     * Returns a copy of a record, with the values of the init-params that have the names of its components.
     *
     * @throws ServletException if a value is not of its type, or the record rejects it
     */
    <R extends Record> R bind(R defaults) throws ServletException {
        try {
            return binder.bind(defaults);
        } catch (IllegalArgumentException e) {
            throw new ServletException("init-param " + e.getMessage(), e);
        } catch (IllegalStateException e) {
            throw new ServletException(e.getMessage(), e);
        }
    }

    /**
     * Rejects the init-params that are not components of the records bound so far. Their values are not printed,
     * because one may be a secret under a misspelt name.
     *
     * @throws ServletException if there are any
     */
    void rejectUnknown() throws ServletException {
        if (!binder.unknown().isEmpty()) {
            String message = "init-param %s: no such key; the keys are %s"
                    .formatted(
                            String.join(", ", binder.unknown()),
                            binder.known().isEmpty() ? "none" : String.join(", ", binder.known()));
            // Undertow logs only the cause.
            throw new ServletException(message, new IllegalArgumentException(message));
        }
    }
}
