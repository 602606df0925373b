package io.github.doorbuster.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
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

    /** A file that was written to the database may be deleted meanwhile. */
    private static long size(Path folder) throws IOException {
        AtomicLong bytes = new AtomicLong();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes.addAndGet(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return bytes.get();
    }
}
