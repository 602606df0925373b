package io.github.doorbuster.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a demo uses at one moment.
 *
 * @param heapBytes after a full collection
 * @param journalBytes the size of the files in its journal folder
 */
record ResourceUsage(long heapBytes, int threads, int openFiles, long journalBytes) {

    /** Measures a running demo; needs Linux. */
    static ResourceUsage of(DemoProcess demo, Path journal) throws IOException {
        long heap = demo.heapBytes();
        Path process = Path.of("/proc", Long.toString(demo.pid()));
        return new ResourceUsage(heap, entries(process.resolve("task")), entries(process.resolve("fd")), size(journal));
    }

    private static int entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return (int) entries.count();
        }
    }

    private static long size(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        long bytes = 0;
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (NoSuchFileException e) {
                // Written to the database, and deleted.
            }
        }
        return bytes;
    }
}
