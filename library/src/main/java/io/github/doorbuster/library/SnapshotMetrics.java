package io.github.doorbuster.library;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a snapshot, a record or a map, into metrics by the names and types of its components:
 *
 * <ul>
 *   <li>A {@code long} is a counter; an {@code int} or a decimal is a gauge. A {@code long} is a gauge if its name
 *       indicates that it can fall, such as {@code pendingViews} or {@code bytes}.
 *   <li>A record, and a map with strings as keys, adds its name to those of its components.
 *   <li>A map with enums as keys, or whose name begins with {@code rejected}, is one metric with the key as a label.
 *   <li>{@code p50}, {@code p99} and the like are the quantiles of one metric; {@code count} and {@code max} beside
 *       them are gauges.
 *   <li>An enum is a gauge for each of its constants, which is 1 for the current one. A boolean is 0 or 1.
 *   <li>A {@code Duration}, and a name that ends in {@code Time}, is in seconds; a point in time is in Unix seconds.
 *   <li>In a list of records, the strings of each are its labels.
 *   <li>Other strings and nulls are omitted.
 * </ul>
 */
final class SnapshotMetrics {

    /** The type of a metric. */
    enum Type {
        /** A sum that only grows. */
        COUNTER,
        /** A value that rises and falls. */
        GAUGE,
        /** One quantile of a distribution; the label {@code quantile} says which. */
        QUANTILE
    }

    /**
     * One value.
     *
     * @param name in snake case, without the suffix that a format adds to counters
     */
    record Metric(String name, Type type, Map<String, String> labels, double value) {}

    /** The usual maximum number of metrics of one snapshot; further ones are omitted. */
    static final int MAX_METRICS = 1_000;

    private static final int MAX_DEPTH = 8;
    private static final int MAX_LABEL_LENGTH = 100;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final Pattern QUANTILE = Pattern.compile("p?(\\d{1,2})(?:[._](\\d{1,4}))?");

    /** A long whose name begins or ends with one of these words is a gauge. */
    private static final Set<String> WORDS_OF_GAUGES = Set.of(
            "active",
            "age",
            "bytes",
            "capacity",
            "connections",
            "consecutive",
            "current",
            "depth",
            "free",
            "holding",
            "idle",
            "last",
            "limit",
            "max",
            "min",
            "now",
            "oldest",
            "open",
            "pending",
            "queued",
            "retained",
            "seconds",
            "segments",
            "size",
            "threads",
            "used",
            "waiting");

    private final List<Metric> metrics = new ArrayList<>();
    private final int limit;

    private SnapshotMetrics(int limit) {
        this.limit = limit;
    }

    /**
     * Returns the metrics of a snapshot.
     *
     * @param section the first part of each name, such as {@code buylock}; the part after a dot, if any, is the label
     *     {@code name}
     */
    static List<Metric> of(String section, @Nullable Object snapshot) {
        return of(section, snapshot, MAX_METRICS);
    }

    /** {@return the metrics of a snapshot, as above, but with another maximum number} */
    static List<Metric> of(String section, @Nullable Object snapshot, int limit) {
        SnapshotMetrics found = new SnapshotMetrics(limit);
        int dot = section.indexOf('.');
        if (dot > 0) {
            found.add(snakeCase(section.substring(0, dot)), Map.of("name", section.substring(dot + 1)), snapshot, 0);
        } else {
            found.add(snakeCase(section), Map.of(), snapshot, 0);
        }
        return List.copyOf(found.metrics);
    }

    private void add(String name, Map<String, String> labels, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        if (value instanceof Record record) {
            addFields(name, labels, fields(record), depth);
        } else if (value instanceof Map<?, ?> map) {
            addMap(name, labels, map, depth);
        } else if (value instanceof Collection<?> collection) {
            addElements(name, labels, collection, depth);
        } else if (value instanceof Enum<?> state) {
            addState(name, labels, state);
        } else if (value != null) {
            addNumber(name, labels, value);
        }
    }

    private static Map<String, @Nullable Object> fields(Record record) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            fields.put(component.getName(), Settings.value(record, component));
        }
        return fields;
    }

    private void addMap(String name, Map<String, String> labels, Map<?, ?> map, int depth) {
        String last = name.substring(name.lastIndexOf('_') + 1);
        boolean enums = !map.isEmpty() && map.keySet().stream().allMatch(Enum.class::isInstance);
        boolean states = !map.isEmpty() && map.values().stream().allMatch(Enum.class::isInstance);
        if (enums || states || lastName(name).contains("rejected")) {
            String label = states ? singular(last) : "reason";
            map.forEach((key, value) -> add(name, with(labels, label, text(key)), value, depth + 1));
            return;
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        map.forEach((key, value) -> fields.put(text(key), value));
        addFields(name, labels, fields, depth);
    }

    private static String lastName(String name) {
        return name.substring(name.indexOf('_') + 1);
    }

    private static String singular(String word) {
        return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private void addFields(String name, Map<String, String> labels, Map<String, @Nullable Object> fields, int depth) {
        boolean distribution =
                fields.keySet().stream().anyMatch(key -> QUANTILE.matcher(key).matches());
        fields.forEach((key, value) -> {
            Matcher quantile = QUANTILE.matcher(key);
            if (quantile.matches()) {
                if (value instanceof Number number) {
                    add(
                            inUnit(name),
                            Type.QUANTILE,
                            with(labels, "quantile", quantileOf(quantile)),
                            number.doubleValue());
                }
            } else if (distribution && value instanceof Number number) {
                String own = key.equals("count") ? name + "_samples" : inUnit(name + "_" + snakeCase(key));
                add(own, Type.GAUGE, labels, number.doubleValue());
            } else {
                add(name + "_" + snakeCase(key), labels, value, depth + 1);
            }
        });
    }

    private static String quantileOf(Matcher matcher) {
        String decimals = matcher.group(2) == null ? "" : matcher.group(2);
        String digits = ("0" + matcher.group(1)).substring(matcher.group(1).length() - 1) + decimals;
        return "0." + digits.replaceFirst("0+$", "");
    }

    private void addElements(String name, Map<String, String> labels, Collection<?> elements, int depth) {
        for (Object element : elements) {
            if (element instanceof Record record) {
                Map<String, String> ofElement = new LinkedHashMap<>(labels);
                Map<String, @Nullable Object> numbers = fields(record);
                numbers.forEach((key, value) -> {
                    if (value instanceof String text) {
                        ofElement.put(snakeCase(key), excerpt(text));
                    }
                });
                numbers.values().removeIf(String.class::isInstance);
                addFields(name, ofElement, numbers, depth + 1);
            }
        }
    }

    private void addState(String name, Map<String, String> labels, Enum<?> state) {
        String label = name.substring(name.lastIndexOf('_') + 1);
        for (Object constant : state.getDeclaringClass().getEnumConstants()) {
            add(
                    name,
                    Type.GAUGE,
                    with(labels, labels.containsKey(label) ? "state" : stateLabel(label), text(constant)),
                    constant == state ? 1 : 0);
        }
    }

    private static String stateLabel(String last) {
        return last.endsWith("s") ? "state" : last;
    }

    private void addNumber(String name, Map<String, String> labels, Object value) {
        if (value instanceof Boolean flag) {
            add(name, Type.GAUGE, labels, flag ? 1 : 0);
        } else if (value instanceof Duration duration) {
            add(seconds(name), Type.GAUGE, labels, duration.toNanos() / NANOS_PER_SECOND);
        } else if (value instanceof Instant instant) {
            addTime(name, labels, instant);
        } else if (value instanceof String text && name.endsWith("_at")) {
            try {
                addTime(name, labels, Instant.parse(text));
            } catch (DateTimeParseException e) {
                // It is not a point in time; other strings are omitted.
                return;
            }
        } else if (value instanceof Number number) {
            add(inUnit(name), isCounter(name, number) ? Type.COUNTER : Type.GAUGE, labels, number.doubleValue());
        }
    }

    private void addTime(String name, Map<String, String> labels, Instant instant) {
        String event = name.endsWith("_at") ? name.substring(0, name.length() - "_at".length()) : name;
        add(event + "_timestamp_seconds", Type.GAUGE, labels, instant.toEpochMilli() / MILLIS_PER_SECOND);
    }

    private static boolean isCounter(String name, Number number) {
        if (number instanceof Integer || number instanceof Double || number instanceof Float) {
            return false;
        }
        String[] words = name.split("_");
        for (int i = 1; i < words.length; i++) {
            if (WORDS_OF_GAUGES.contains(words[i])) {
                return false;
            }
        }
        return true;
    }

    /** {@return the name with the unit that its last word implies} */
    private static String inUnit(String name) {
        return name.endsWith("_time") || name.endsWith("_time_max") ? seconds(name) : name;
    }

    private static String seconds(String name) {
        return name.endsWith("_seconds") ? name : name + "_seconds";
    }

    private void add(String name, Type type, Map<String, String> labels, double value) {
        if (metrics.size() < limit && !Double.isNaN(value)) {
            metrics.add(new Metric(name, type, labels, value));
        }
    }

    private static Map<String, String> with(Map<String, String> labels, String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(key, value);
        return more;
    }

    private static String text(@Nullable Object key) {
        return key instanceof Enum<?> constant
                ? constant.name().toLowerCase(Locale.ROOT)
                : excerpt(String.valueOf(key));
    }

    private static String excerpt(String text) {
        return text.length() > MAX_LABEL_LENGTH ? text.substring(0, MAX_LABEL_LENGTH) : text;
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("[^A-Za-z0-9_]+", "_")
                .toLowerCase(Locale.ROOT);
    }
}
