package io.github.doorbuster.pvpool;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Cuts chunks as the pool does, and as it must not. */
public final class Chunks {

    private Chunks() {}

    /** A chunk of a segment of its own that adds one view to each item, in the order given. */
    public static Chunk ofOneEach(List<String> ids) {
        long[] counts = new long[ids.size()];
        Arrays.fill(counts, 1);
        String segment = UUID.randomUUID().toString().replace("-", "");
        return new Chunk(segment, 0, ids.toArray(new String[0]), counts, 0, ids.size());
    }
}
