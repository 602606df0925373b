package io.github.doorbuster.pvpool;

import io.github.doorbuster.pvpool.ViewJournal.Open;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Divides a batch into chunks, from where the store is. Used by one thread. */
record Chunking(
        PendingViews pending, Open journal, Ownership ownership, FlushStats stats, Buckets buckets, int chunkRows) {

    /**
     * The next chunk of a batch that is not completely applied. Returns null if another process has applied it from a
     * newer copy of the segment: what the store has is not known here, so the segment is set aside.
     */
    @Nullable
    Chunk next(Batch batch) throws IOException {
        String id = batch.segment().journal();
        Position position = pending.position(id);
        List<Bucket> accepted = buckets.at(batch.segment().createdAtMillis());
        if (batch.laterViews() == 0) {
            return batch.nextChunk(chunkRows, position, ownership.token(), ownership.epoch(id), accepted);
        }
        if (batch.laterViews() > 0) {
            Chunk later = LaterViews.read(journal, batch.segment(), position, chunkRows)
                    .map(views ->
                            Chunk.ofLaterViews(id, ownership.token(), ownership.epoch(id), accepted, position, views))
                    .orElse(null);
            if (later != null) {
                return later;
            }
        }
        journal.setAside(
                batch.segment(),
                "it was written from a newer copy of this folder; start a pool with that copy, which writes the rest");
        stats.alreadyApplied(0, -batch.appliedViews());
        pending.finish(batch);
        return null;
    }
}
