package io.github.doorbuster.httpstats.format;

import io.github.doorbuster.httpstats.format.Sections.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the sections that other parts publish. If a section throws or does not return in time, an error replaces it.
 * The other sections are not affected.
 *
 * <p>Each section is read in a separate thread, which ends when the section has been read. A section that hangs is not
 * read again until it has returned, so it never has more than one thread. Thread-safe.
 */
public final class SectionReader implements AutoCloseable {

    /** How long a section may take. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final System.Logger LOG = System.getLogger(SectionReader.class.getName());

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private final long patienceNanos;

    /** The readings that have not ended. */
    private final Map<String, Reading> running = new ConcurrentHashMap<>();

    /** Creates a reader. */
    public SectionReader() {
        this(PATIENCE);
    }

    SectionReader(Duration patience) {
        patienceNanos = patience.toNanos();
    }

    /**
     * Reads sections.
     *
     * @param sections what supplies the record, map or list of each section, by name
     */
    public Sections read(Map<String, ? extends Supplier<?>> sections) {
        Map<String, Reading> readings = new LinkedHashMap<>();
        sections.forEach((name, supplier) -> readings.put(name, start(name, supplier)));
        Map<String, Section> values = new LinkedHashMap<>();
        readings.forEach((name, reading) -> values.put(name, await(name, reading)));
        return new Sections(values);
    }

    private Reading start(String name, Supplier<?> supplier) {
        Reading fresh = new Reading(name, supplier);
        Reading current =
                running.compute(name, (same, earlier) -> earlier == null || earlier.isDone() ? fresh : earlier);
        if (current != fresh) {
            return current;
        }
        Thread thread = new Thread(fresh, "httpstats-section-" + name);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            fresh.fail(e); // The system cannot create more threads.
        }
        return fresh;
    }

    private static Section read(String name, Supplier<?> supplier) {
        Object value = supplier.get();
        JsonNode json = MAPPER.valueToTree(value);
        requireReadable(name, json);
        return new Section(json, SnapshotMetrics.of(name, value), false);
    }

    /**
     * Writes a section as it is written in the document, and reads it again. Nesting or a number beyond the limits of
     * JSON parsers would otherwise fail the whole document.
     */
    private static void requireReadable(String name, JsonNode json) {
        JsonFormat.MAPPER.readTree(JsonFormat.MAPPER.writeValueAsBytes(Map.of(name, json)));
    }

    private Section await(String name, Reading reading) {
        try {
            return reading.get(Math.max(0, reading.deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return error(
                    "this section did not return within %s ms".formatted(TimeUnit.NANOSECONDS.toMillis(patienceNanos)));
        } catch (ExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "section " + name + " cannot be shown", e.getCause());
            return error(
                    "this section cannot be shown: " + e.getCause().getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error("the reader was interrupted");
        }
    }

    private static Section error(String text) {
        return new Section(JsonNodeFactory.instance.objectNode().put("error", text), List.of(), true);
    }

    /** Interrupts the sections that hang. */
    @Override
    public void close() {
        running.values().forEach(reading -> reading.cancel(true));
    }

    private final class Reading extends FutureTask<Section> {

        private final String name;
        private final long deadline = System.nanoTime() + patienceNanos;

        Reading(String name, Supplier<?> supplier) {
            super(() -> read(name, supplier));
            this.name = name;
        }

        void fail(Throwable cause) {
            setException(cause);
        }

        @Override
        protected void done() {
            running.remove(name, this);
        }
    }
}
