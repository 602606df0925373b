package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.ViewJournal.Segment;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of segment files: {@code <journal>-<number>.segment}, or {@code .applied} if the store has the views. */
final class SegmentFile {

    static final String WAITING = ".segment";
    static final String APPLIED = ".applied";

    private static final Pattern NAME = Pattern.compile("([0-9a-f]{32})-(\\d{1,18})\\.(segment|applied)");

    private SegmentFile() {}

    static String name(Segment segment, String suffix) {
        return "%s-%012d%s".formatted(segment.journal(), segment.number(), suffix);
    }

    static boolean isApplied(Path file) {
        return file.getFileName().toString().endsWith(APPLIED);
    }

    /** Whether the file belongs to a journal, possibly of an earlier format. */
    static boolean isSegment(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(WAITING) || name.endsWith(APPLIED) || name.endsWith(".done");
    }

    /** The journal and the number in the name of a file, or null if it is not the name of a segment. */
    static @Nullable Segment parse(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? new Segment(name.group(1), Long.parseLong(name.group(2)), 0, 0) : null;
    }
}
