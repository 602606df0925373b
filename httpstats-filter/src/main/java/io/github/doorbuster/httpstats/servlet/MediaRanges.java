package io.github.doorbuster.httpstats.servlet;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The {@code Accept} header (RFC 9110, 12.5.1), as far as choosing among a few exact types needs it. */
final class MediaRanges {

    private static final int MAX_RANGES = 32;

    private MediaRanges() {}

    /**
     * Returns what the client likes best of the available ones.
     *
     * @param accept the header
     * @param names what each media type stands for
     * @param available which of those names can be had
     * @param otherwise what everybody else gets
     */
    static String preferred(String accept, Map<String, String> names, Set<String> available, String otherwise) {
        List<Range> ranges = Arrays.stream(accept.split(",", MAX_RANGES))
                .map(Range::parse)
                .filter(range -> range.quality > 0)
                .sorted(Comparator.comparingDouble((Range range) -> -range.quality))
                .toList();
        for (Range range : ranges) {
            String name = names.get(range.type);
            if (name != null && available.contains(name)) {
                return name;
            }
            if (range.type.equals("*/*")) {
                return otherwise;
            }
        }
        return otherwise;
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
