package io.github.doorbuster.buylock.servlet;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decodes the fields of a query string or of a form, in their order. */
final class FormFields {

    private FormFields() {}

    /**
     * Adds every field to the map.
     *
     * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits
     */
    static void decode(String text, Charset charset, Map<String, List<String>> into) {
        for (String field : text.split("&")) {
            if (!field.isEmpty()) {
                int equals = field.indexOf('=');
                String name = equals < 0 ? field : field.substring(0, equals);
                String value = equals < 0 ? "" : field.substring(equals + 1);
                into.computeIfAbsent(URLDecoder.decode(name, charset), n -> new ArrayList<>(1))
                        .add(URLDecoder.decode(value, charset));
            }
        }
    }

    static Map<String, List<String>> decode(String text, Charset charset) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        decode(text, charset, fields);
        return fields;
    }
}
