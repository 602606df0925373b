package io.github.doorbuster.httpstats.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The sections that a {@link SectionReader} has read, by name. Immutable. */
public final class Sections {

    private static final Sections NONE = new Sections(Map.of());

    private final Map<String, Section> byName;

    Sections(Map<String, Section> byName) {
        this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** {@return no sections} */
    public static Sections none() {
        return NONE;
    }

    /** {@return the names of the sections} */
    public Set<String> names() {
        return byName.keySet();
    }

    Map<String, Section> byName() {
        return byName;
    }

    /**
     * One section.
     *
     * @param json all of it
     * @param metrics its numbers
     * @param failed whether it could not be read; {@code json} then says why
     */
    record Section(JsonNode json, List<SnapshotMetrics.Metric> metrics, boolean failed) {}
}
