package io.github.doorbuster.buylock.memcached;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import net.spy.memcached.ops.OperationCallback;
import net.spy.memcached.ops.OperationStatus;
import net.spy.memcached.ops.StatusCode;

/**
 * Finds out which commands a server knows by sending them. The version is not sufficient: a proxy or another server may
 * know fewer or more commands. The commands use a key of their own. {@code version}, which every server knows, ends the
 * reply.
 */
final class ProbeCommand extends TextCommand {

    private static final OperationStatus DONE = new OperationStatus(true, "VERSION", StatusCode.SUCCESS);
    /** Not a CAS id of the server. */
    private static final long WRONG_CAS = Long.MAX_VALUE;

    private final List<String> reply = new ArrayList<>();
    private final long explicitCas;
    private final Consumer<CommandSet> result;

    /** Creates a probe that reports its result on the I/O thread. It has no result if the connection is lost. */
    ProbeCommand(Consumer<CommandSet> result) {
        this("doorbuster-probe-" + Long.toHexString(ThreadLocalRandom.current().nextLong()), 1L << 61, result);
    }

    private ProbeCommand(String key, long explicitCas, Consumer<CommandSet> result) {
        super(request(key, explicitCas), new Ignored());
        this.explicitCas = explicitCas;
        this.result = result;
    }

    private static String request(String key, long explicitCas) {
        return String.join(
                "\r\n",
                "ms " + key + " 1 ME T10 c",
                "1",
                "ms " + key + " 1 MS T10 C" + WRONG_CAS + " c",
                "2",
                "ms " + key + " 1 MS T10 E" + explicitCas + " c",
                "3",
                "md " + key + " C" + WRONG_CAS,
                "md " + key + " C" + explicitCas,
                "version",
                "");
    }

    @Override
    void onLine(String line) {
        if (line.startsWith("VERSION")) {
            result.accept(known());
            complete(DONE);
        } else {
            reply.add(line.strip());
        }
    }

    private CommandSet known() {
        if (reply.size() < 4
                || !reply.get(0).matches("HD c[0-9]+")
                || !reply.get(1).matches("EX( c0)?")) {
            return CommandSet.CLASSIC;
        }
        return reply.subList(2, reply.size()).equals(List.of("HD c" + explicitCas, "EX", "HD"))
                ? CommandSet.META_WITH_EXPLICIT_CAS
                : CommandSet.META;
    }

    private static final class Ignored implements OperationCallback {

        @Override
        public void receivedStatus(OperationStatus status) {}

        @Override
        public void complete() {}
    }
}
