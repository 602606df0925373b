package io.github.doorbuster.httpstats;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Options that are lists of ascending decimal numbers, separated by commas. */
final class NumberLists {

    private static final int MAX_PERCENTILES = 20;
    private static final int MAX_BUCKETS = 50;
    private static final double MAX_SECONDS = 3600;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String NUMBER = "\\d{1,4}(\\.\\d{1,9})?";

    /** The percentiles in the JSON object {@code response} and in the Mackerel plugin. */
    private static final double[] ALWAYS = {90, 95, 99};

    private NumberLists() {}

    /**
     * Parses percentiles, and adds 90, 95 and 99.
     *
     * @throws IllegalArgumentException if the list is not valid
     */
    static double[] percentiles(String list) {
        double[] percentiles = parse("percentiles", list, MAX_PERCENTILES, 100);
        return DoubleStream.concat(Arrays.stream(percentiles), Arrays.stream(ALWAYS))
                .sorted()
                .distinct()
                .toArray();
    }

    /**
     * Parses the upper bounds of buckets in seconds, and returns them in nanoseconds.
     *
     * @throws IllegalArgumentException if the list is not valid
     */
    static long[] bucketNanos(String list) {
        return Arrays.stream(parse("buckets", list, MAX_BUCKETS, MAX_SECONDS))
                .mapToLong(seconds -> Math.round(seconds * NANOS_PER_SECOND))
                .toArray();
    }

    static String text(double... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> number == (long) number ? Long.toString((long) number) : Double.toString(number))
                .collect(Collectors.joining(", "));
    }

    private static double[] parse(String key, String list, int most, double below) {
        String[] elements = list.split(",", -1);
        double[] numbers = new double[elements.length];
        boolean valid = elements.length <= most;
        for (int i = 0; i < elements.length && valid; i++) {
            String element = elements[i].strip();
            valid = element.matches(NUMBER);
            numbers[i] = valid ? Double.parseDouble(element) : 0;
            valid = valid && numbers[i] > (i == 0 ? 0 : numbers[i - 1]) && numbers[i] < below;
        }
        if (!valid) {
            throw new IllegalArgumentException(
                    "%s=%s: must be 1 to %d ascending numbers above 0 and below %.0f, separated by commas"
                            .formatted(key, Excerpt.of(list), most, below));
        }
        return numbers;
    }
}
