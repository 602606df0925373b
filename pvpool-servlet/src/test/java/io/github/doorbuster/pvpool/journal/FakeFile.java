package io.github.doorbuster.pvpool.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** A file of a {@link FakeFolder}: the bytes that are durable, and the writes since the last force. */
final class FakeFile {

    private byte[] durable = {};
    private final List<Write> writes = new ArrayList<>();

    /** The offsets that are readable, and will never be durable, and their bytes. */
    private final BitSet cached = new BitSet();

    private byte[] cache = {};

    FakeFile copy() {
        FakeFile copy = new FakeFile();
        copy.durable = content();
        return copy;
    }

    void write(int position, byte[] bytes) {
        writes.add(new Write(position, bytes));
        cached.clear(position, position + bytes.length);
    }

    int size() {
        int size = durable.length;
        for (Write write : writes) {
            size = Math.max(size, write.position + write.bytes.length);
        }
        return Math.max(size, cached.length());
    }

    byte[] content() {
        byte[] content = Arrays.copyOf(written(), size());
        for (int at = cached.nextSetBit(0); at >= 0; at = cached.nextSetBit(at + 1)) {
            content[at] = cache[at];
        }
        return content;
    }

    /** The content without the bytes that are only cached. */
    private byte[] written() {
        int size = durable.length;
        for (Write write : writes) {
            size = Math.max(size, write.position + write.bytes.length);
        }
        byte[] written = Arrays.copyOf(durable, size);
        for (Write write : writes) {
            System.arraycopy(write.bytes, 0, written, write.position, write.bytes.length);
        }
        return written;
    }

    void force() {
        durable = written();
        writes.clear();
    }

    /** After a failed force the kernel takes pages for clean that are not on the disk. */
    void dropSome() {
        Write dropped = writes.remove(writes.size() - 1);
        int end = dropped.position + dropped.bytes.length;
        cache = Arrays.copyOf(cache, Math.max(cache.length, end));
        System.arraycopy(dropped.bytes, 0, cache, dropped.position, dropped.bytes.length);
        cached.set(dropped.position, end);
    }

    /** Truncation is ordered with the writes before it, and durable at the next force. */
    void truncate(int size) {
        byte[] content = Arrays.copyOf(written(), size);
        cached.clear(size, Math.max(size, cached.length()));
        durable = Arrays.copyOf(durable, Math.min(durable.length, size));
        writes.clear();
        int from = durable.length;
        writes.add(new Write(0, Arrays.copyOf(content, from)));
        writes.add(new Write(from, Arrays.copyOfRange(content, from, size)));
    }

    boolean losePower(Random random) {
        boolean lost = false;
        List<Write> kept = new ArrayList<>();
        for (Write write : writes) {
            int choice = random.nextInt(3);
            if (choice == 0) {
                kept.add(write);
                continue;
            }
            lost = true;
            if (choice == 1 && write.bytes.length > 0) {
                kept.add(new Write(write.position, Arrays.copyOf(write.bytes, random.nextInt(write.bytes.length))));
            }
        }
        writes.clear();
        writes.addAll(kept);
        lost |= !cached.isEmpty();
        cached.clear();
        force();
        return lost;
    }

    private record Write(int position, byte[] bytes) {}
}
