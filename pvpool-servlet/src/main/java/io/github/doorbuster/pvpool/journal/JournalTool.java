package io.github.doorbuster.pvpool.journal;

import io.github.doorbuster.pvpool.journal.SegmentReader.SegmentContent;
import io.github.doorbuster.pvpool.journal.SegmentReader.State;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.TreeMap;

/**
 * Inspects the folder of a journal without changing it: {@code java -cp pvpool-servlet.jar
 * io.github.doorbuster.pvpool.journal.JournalTool check <folder>}. Needs no other jar.
 *
 * <ul>
 *   <li>{@code list}: prints one line per segment
 *   <li>{@code check}: does the same, and exits with status 1 if a segment is damaged or quarantined
 *   <li>{@code dump}: prints {@code segment}, {@code item} and {@code views} of all readable records, tab-separated
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
        out.println("segment\tstate\tcreated\trecords\titems\tviews\tbytes\tkeys\tdamage");
        for (Path file : JournalDirectory.files(folder)) {
            SegmentContent content = SegmentReader.read(file, JournalDirectory.idOf(file));
            bad += content.state() == State.DAMAGED ? 1 : 0;
            print(
                    content,
                    file.toString().endsWith(JournalDirectory.DONE)
                            ? "DONE"
                            : content.state().name(),
                    out);
        }
        Path quarantine = folder.resolve(JournalDirectory.QUARANTINE);
        if (Files.isDirectory(quarantine)) {
            for (Path file : JournalDirectory.files(quarantine)) {
                bad++;
                print(SegmentReader.read(file, JournalDirectory.idOf(file)), "QUARANTINED", out);
            }
        }
        return bad;
    }

    private static void print(SegmentContent content, String state, PrintStream out) {
        out.println(String.join(
                "\t",
                content.id(),
                state,
                Instant.ofEpochMilli(content.createdAtMillis()).toString(),
                String.valueOf(content.records()),
                String.valueOf(content.counts().size()),
                String.valueOf(content.views()),
                String.valueOf(content.size()),
                String.valueOf(content.keyed().size()),
                content.damage().isEmpty() ? "-" : "byte " + content.end() + ": " + content.damage()));
    }

    private static int dump(Path folder, PrintStream out) throws IOException {
        for (Path file : JournalDirectory.files(folder)) {
            SegmentContent content = SegmentReader.read(file, JournalDirectory.idOf(file));
            new TreeMap<>(content.counts())
                    .forEach((item, views) -> out.println(content.id() + "\t" + item + "\t" + views));
        }
        return 0;
    }
}
