package io.github.doorbuster.httpstats.format;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Content negotiation by the {@code Accept} header (RFC 9110, section 12.5.1) among exact media types. */
final class AcceptHeader {

    private static final int MAX_RANGES = 32;

    private AcceptHeader() {}

    /**
     * Returns the name that the client prefers.
     *
     * @param names the name of each media type
     * @param fallback the name for {@code *}{@code /*}, and if the header names no known type
     */
    static String preferred(String accept, Map<String, String> names, String fallback) {
        List<Range> ranges = Arrays.stream(accept.split(",", MAX_RANGES))
                .map(Range::parse)
                .filter(range -> range.quality > 0)
                .sorted(Comparator.comparingDouble((Range range) -> -range.quality))
                .toList();
        for (Range range : ranges) {
            String name = names.get(range.type);
            if (name != null) {
                return name;
            }
            if (range.type.equals("*/*")) {
                return fallback;
            }
        }
        return fallback;
    }

    private record Range(String type, double quality) {

        static Range parse(String text) {
            String[] parts = text.split(";");
            double quality = 1;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip();
                if (parameter.matches("[qQ]=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
                    quality = Double.parseDouble(parameter.substring(2));
                }
            }
            return new Range(parts.length == 0 ? "" : parts[0].strip().toLowerCase(Locale.ROOT), quality);
        }
    }
}
