package io.github.doorbuster.buylock;

import io.github.doorbuster.buylock.LockStore.KeyState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The place of this node in the line of nodes that wait for one item. Plain data; not safe for use by threads.
 *
 * <p>Nodes take numbered tickets. The lease says whose turn it is and when it is due to end. A node whose turn is next
 * asks when that is due, and then at growing intervals; one far back asks rarely. The node whose turn ends offers the
 * lease to the next ticket. A ticket that does not take its offer is skipped. Tickets decide only the order: the store
 * decides which node holds the key, by comparing tokens.
 */
final class LinePlace {

    /** An offer that was seen for this long without being confirmed is void: its node has died, or sleeps. */
    private static final long SKIP_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
    /** The nodes behind a dead ticket skip it one after the other. */
    private static final long SKIP_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final long MAX_SKIP_STEPS = 5;

    private static final long LONGEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Nodes that are this near must notice an offer that nobody takes. */
    private static final int NEAR = 5;
    /** A turn that is due this soon is not asked after before. */
    private static final long SURE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /** How long it takes to offer the lease and to notice that, on a usual network. */
    private static final long BETWEEN_TURNS_NANOS = TimeUnit.MICROSECONDS.toNanos(600);

    private static final long FIRST_INTERVAL_NANOS = TimeUnit.MICROSECONDS.toNanos(250);
    /** The item may be unused between two turns for about this fraction of a turn. */
    private static final int PRECISION = 200;
    /** If nothing has changed for this long, the store may have lost the counter. */
    private static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private @Nullable String line;
    private long ticket;
    /** The epoch that was served when the ticket was taken. */
    private long takenIn;

    private @Nullable String previousLine;
    private long previousTicket;
    private long previousTakenIn;
    private @Nullable KeyState seen;
    private @Nullable TurnNote note;
    private long firstSeenAt;
    private long doubtedAt;
    private long notOfferedAt;
    private boolean hasSeenOther;
    private long interval;

    /** Forgets the ticket, but not the line. */
    void dropTicket() {
        ticket = 0;
    }

    boolean hasTicket() {
        return ticket > 0;
    }

    long ticket() {
        return ticket;
    }

    @Nullable
    String line() {
        return line;
    }

    @Nullable
    KeyState seen() {
        return seen;
    }

    /** The note of the lease that was seen last, or null if there was none that this version understands. */
    @Nullable
    TurnNote note() {
        return note;
    }

    void take(String ofLine, long number) {
        line = ofLine;
        ticket = number;
        takenIn = note == null ? 0 : LineTicket.epoch(note.ticket());
        interval = 0;
    }

    /**
     * The key was seen in this state, by a question that was sent at {@code sentAt} and answered at {@code now}. Drops
     * a ticket whose turn has passed, or whose line has ended.
     */
    void saw(KeyState state, long sentAt, long now) {
        KeyState before = seen;
        boolean same = before != null && before.note().equals(state.note()) && isSameToken(before, state);
        if (!same) {
            firstSeenAt = now;
            doubtedAt = now;
            interval = 0;
        }
        seen = state;
        note = TurnNote.parse(state.note());
        if (note != null && !note.line().equals(line)) {
            changeLine(note.line());
        }
        if (isOffered()) {
            return;
        }
        notOfferedAt = sentAt;
        hasSeenOther = true;
        if (note != null && note.ticket() > 0 && hasPassed(note.ticket())) {
            ticket = 0;
        }
    }

    /** A ticket of another epoch than the one that is served has its turn later, if it was taken in the latter. */
    private boolean hasPassed(long served) {
        return LineTicket.isSameEpoch(ticket, served) ? ticket <= served : LineTicket.epoch(served) != takenIn;
    }

    /**
     * {@return the line whose last ticket this node should look at, because nothing has changed for long; null if it
     * need not}
     */
    @Nullable
    String doubtedLine(long now) {
        if (ticket == 0 || now - doubtedAt < DOUBT_NANOS) {
            return null;
        }
        doubtedAt = now;
        return line;
    }

    /** Drops the ticket if the store has lost the counter that it is from. */
    void sawLastTicket(String ofLine, long last) {
        if (!isOffered() && ofLine.equals(line) && !LineTicket.isSameEpoch(ticket, last)) {
            ticket = 0;
        }
    }

    /**
     * Keeps the ticket of the line before: if several nodes have acquired the item without a line at the same time, the
     * lines alternate, and that ticket may still be offered the lease.
     */
    private void changeLine(String to) {
        String left = line;
        long leftTicket = ticket;
        long leftTakenIn = takenIn;
        boolean returns = to.equals(previousLine);
        line = to;
        ticket = returns ? previousTicket : 0;
        takenIn = returns ? previousTakenIn : 0;
        previousLine = left;
        previousTicket = leftTicket;
        previousTakenIn = leftTakenIn;
    }

    private static boolean isSameToken(KeyState one, KeyState other) {
        String token = one.token();
        return token == null ? other.token() == null : token.equals(other.token());
    }

    /** This node has itself put the key into this state, by a command that was sent at {@code sentAt}. */
    void wrote(Lease lease, long sentAt, long now) {
        saw(new KeyState(lease.token(), lease.note(), 0), sentAt, now);
    }

    /** {@return true if the lease that was seen is offered to this node's ticket} */
    boolean isOffered() {
        return seen != null
                && note != null
                && line != null
                && ticket > 0
                && note.offered()
                && note.ticket() == ticket
                && seen.isHeldBy(TurnNote.offeredToken(line, ticket));
    }

    /**
     * {@return a time at which the offer had not been made, or {@code otherwise} if this node has not looked before}
     */
    long notOfferedAt(long otherwise) {
        return hasSeenOther ? notOfferedAt : otherwise;
    }

    /** {@return true if the offer that was seen is void, and this node is the one to skip it now} */
    boolean maySkip(long now) {
        return note != null
                && note.offered()
                && ticket > 0
                && ticket != note.ticket()
                && now - firstSeenAt >= skipAfter(note);
    }

    private long skipAfter(TurnNote offer) {
        long between = Math.min(MAX_SKIP_STEPS, LineTicket.turnsAfter(offer.ticket(), ticket) - 1);
        return SKIP_NANOS + SKIP_STEP_NANOS * between;
    }

    /** {@return how long to wait before the key is read again} */
    long delay(long now, long nowMicros, long longestInterval) {
        TurnNote turn = note;
        if (turn == null || ticket == 0) {
            return longestInterval;
        }
        long expected = TimeUnit.MICROSECONDS.toNanos(turn.expectedMicros());
        long left = Math.max(0, Math.min(expected, TimeUnit.MICROSECONDS.toNanos(turn.dueMicros() - nowMicros)));
        long behind = Math.min(1_000, LineTicket.turnsAfter(turn.ticket(), ticket) - 1);
        long wait;
        if (behind == 0) {
            // The node whose turn it is may have few waiters, and then has corrected when the turn is due.
            long lasted = expected - left;
            long firstLook = Math.max(expected / 4, SURE_NANOS);
            wait = lasted < firstLook / 2 ? Math.min(left, firstLook - lasted) : left;
        } else {
            // Near nodes ask earlier, because the turns before theirs are shorter if their nodes run out of waiters.
            long others = behind * (expected + BETWEEN_TURNS_NANOS);
            wait = left + (behind > NEAR ? others * 31 / 32 : others * 13 / 16);
        }
        long longestSleep = LONGEST_SLEEP_NANOS * (behind > NEAR ? 4 : behind > 0 ? 2 : 1);
        interval =
                interval == 0 ? Math.max(FIRST_INTERVAL_NANOS, expected / PRECISION) * (1 + behind) : interval * 3 / 2;
        interval = Math.min(Math.min(longestSleep, longestInterval * (1 + behind)), interval);
        long delay = Math.min(longestSleep, Math.max(wait, interval));
        if (turn.offered()) {
            long untilSkip = firstSeenAt + skipAfter(turn) - now;
            delay = untilSkip > 0 ? Math.min(delay, untilSkip) : delay;
        }
        return delay;
    }
}
