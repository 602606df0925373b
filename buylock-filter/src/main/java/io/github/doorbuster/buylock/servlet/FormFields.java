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
        int start = 0;
        while (start < text.length()) {
            int next = text.indexOf('&', start);
            int end = next < 0 ? text.length() : next;
            int equals = text.indexOf('=', start);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (end > start) {
                String name = decodePart(text.substring(start, nameEnd), charset);
                String value = decodePart(text.substring(Math.min(nameEnd + 1, end), end), charset);
                into.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
            }
            start = end + 1;
        }
    }

    private static String decodePart(String encoded, Charset charset) {
        boolean isPlain = encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0;
        return isPlain ? encoded : URLDecoder.decode(encoded, charset);
    }

    static Map<String, List<String>> decode(String text, Charset charset) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        decode(text, charset, fields);
        return fields;
    }
}
