package io.github.doorbuster.buylock;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The note of a lease: information for other nodes about the current turn.
 *
 * @param line the line in which nodes wait for their turn
 * @param ticket the ticket whose turn it is; 0 if the lease was acquired without one
 * @param offered true if the node before has offered the lease to this ticket, and the offer has not been confirmed yet
 * @param dueMicros when the turn is expected to end, by the wall clock of the node that wrote this. It is a hint: nodes
 *     whose clocks differ read the key too early, or up to one turn too late
 * @param expectedMicros how long the turn is expected to last
 * @param limitMicros how long the turn may last while other nodes wait
 */
record TurnNote(String line, long ticket, boolean offered, long dueMicros, long expectedMicros, long limitMicros) {

    private static final Pattern TEXT =
            Pattern.compile("([!-+\\--~]{1,64}),([0-9]{1,18}),([oh]),([0-9]{1,18}),([0-9]{1,12}),([0-9]{1,12})");

    /** {@return the note, or null if another program or version has written it} */
    static @Nullable TurnNote parse(String text) {
        Matcher fields = TEXT.matcher(text);
        return !fields.matches()
                ? null
                : new TurnNote(
                        fields.group(1),
                        Long.parseLong(fields.group(2)),
                        fields.group(3).equals("o"),
                        Long.parseLong(fields.group(4)),
                        Long.parseLong(fields.group(5)),
                        Long.parseLong(fields.group(6)));
    }

    /** {@return the token of a lease that is offered to a ticket} */
    static String offeredToken(String line, long ticket) {
        return line + '#' + ticket;
    }

    /** The note of the same lease when its node has taken the offer, with the end of the turn as it was expected. */
    TurnNote confirmed() {
        return new TurnNote(line, ticket, false, dueMicros, expectedMicros, limitMicros);
    }

    /** {@return true if this turn is expected to be much longer than another note says} */
    boolean expectsMuchLongerThan(TurnNote other) {
        return 3 * expectedMicros > 4 * other.expectedMicros;
    }

    String text() {
        return line
                + ','
                + ticket
                + ','
                + (offered ? 'o' : 'h')
                + ','
                + dueMicros
                + ','
                + expectedMicros
                + ','
                + limitMicros;
    }
}
