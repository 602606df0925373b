package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.Units;
import io.github.doorbuster.pvpool.ViewJournal.Segment;
import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
import io.github.doorbuster.pvpool.journal.SegmentReader.State;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Inspects the folder of a journal without changing it: {@code java -cp pvpool-servlet.jar
 * io.github.doorbuster.pvpool.journal.JournalTool check <folder>}. It needs no other jar.
 *
 * <ul>
 *   <li>{@code list}: prints one line per segment
 *   <li>{@code check}: does the same, and exits with status 1 if a segment is damaged or quarantined
 *   <li>{@code dump}: prints {@code journal}, {@code number}, {@code item} and {@code views} of all readable records,
 *       tab-separated
 * </ul>
 */
public final class JournalTool {

    private static final String USAGE = "usage: JournalTool list|check|dump <folder>";
    private static final int USAGE_ERROR = 2;

    private JournalTool() {}

    /**
     * Runs a command and exits with its status.
     *
     * @param args the command and the folder
     */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length != 2 || !Files.isDirectory(Path.of(args[1]))) {
            err.println(USAGE);
            return USAGE_ERROR;
        }
        Path folder = Path.of(args[1]);
        try {
            return switch (args[0]) {
                case "list" -> {
                    list(folder, out);
                    yield 0;
                }
                case "check" -> list(folder, out) == 0 ? 0 : 1;
                case "dump" -> dump(folder, out);
                default -> {
                    err.println(USAGE);
                    yield USAGE_ERROR;
                }
            };
        } catch (IOException e) {
            err.println("cannot read " + folder + ": " + e.getMessage());
            return 1;
        }
    }

    /** Prints the segments and returns how many are damaged or quarantined. */
    private static int list(Path folder, PrintStream out) throws IOException {
        int bad = 0;
        out.println("journal\tnumber\tstate\tcreated\tviews_before\trecords\titems\tviews\tbytes\tdamage");
        for (Path file : Disk.REAL.files(folder)) {
            Segment named = SegmentFile.parse(file);
            if (named != null) {
                Counted counted = count(file, named);
                boolean damaged = counted.content.state() == State.DAMAGED;
                bad += damaged ? 1 : 0;
                String state = counted.content.state().name();
                print(counted, !damaged && SegmentFile.isApplied(file) ? "APPLIED" : state, out);
            }
        }
        for (Path file : Disk.REAL.files(folder.resolve(Recovery.QUARANTINE))) {
            Segment named = SegmentFile.parse(file);
            bad++;
            if (named != null) {
                print(count(file, named), "QUARANTINED", out);
            }
        }
        return bad;
    }

    private static Counted count(Path file, Segment named) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        SegmentContent content =
                SegmentReader.read(named, Disk.REAL.read(file), (id, views) -> counts.merge(id, views, Long::sum));
        return new Counted(content, counts);
    }

    private static void print(Counted counted, String state, PrintStream out) {
        SegmentContent content = counted.content;
        out.println(String.join(
                "\t",
                content.segment().journal(),
                String.valueOf(content.segment().number()),
                state,
                Instant.ofEpochMilli(content.segment().createdAtMillis()).toString(),
                String.valueOf(content.segment().viewsBefore()),
                String.valueOf(content.content().records()),
                String.valueOf(counted.counts.size()),
                String.valueOf(content.content().views()),
                String.valueOf(content.size()),
                content.damage().isEmpty() ? "-" : "byte " + content.end() + ": " + content.damage()));
    }

    private static int dump(Path folder, PrintStream out) throws IOException {
        for (Path file : Disk.REAL.files(folder)) {
            Segment named = SegmentFile.parse(file);
            if (named != null) {
                count(file, named)
                        .counts
                        .forEach((unit, views) -> out.println(String.join(
                                "\t",
                                named.journal(),
                                String.valueOf(named.number()),
                                Units.itemOf(unit),
                                String.valueOf(Units.signed(unit, views)))));
            }
        }
        return 0;
    }

    private record Counted(SegmentContent content, Map<String, Long> counts) {}
}
