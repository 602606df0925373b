package io.github.doorbuster.buylock;

import java.util.concurrent.TimeUnit;

/**
 * The turn of this node: how long it may keep the item while other nodes wait. Plain data; not safe for use by threads.
 * Tests turn its limit off.
 *
 * <p>The more nodes wait, the shorter is a turn, so that every node gets one about every 200 ms, or every 400 ms if
 * purchases take long. But a turn has time for two purchases, unless they take longer than {@code turnMillis}.
 */
class Turn {

    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** If purchases take long, the turns of few nodes are longer, so that a turn has this many purchases. */
    private static final int EFFICIENT_PURCHASES = 16;

    private static final long LONG_ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    /** While no other node is known to wait, the longest time between two checks. */
    private static final long LONGEST_UNCHECKED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How long it takes the next node to notice its offer. */
    private static final long NOTICE_NANOS = TimeUnit.MICROSECONDS.toNanos(600);
    /** Assumed until a purchase has been measured. */
    private static final long USUAL_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long MOST_NODES = 10_000;

    private final long longestNanos;
    private final int permits;
    private String line = "";
    private long ticket;
    private long length;
    /**
     * When to check whether other nodes wait, if none is known. The first check is early, because many nodes may have
     * started at the same time.
     */
    private long checkAfter;

    private long startedAt;
    private boolean contended;
    private int purchasesLeft;
    private boolean ended;
    private boolean checking;
    private boolean nextTicketOpen;
    private long nextTicket;
    /** The last ticket of the line, as far as this node knows. */
    private long newestTicket;

    private long holdNanos;

    Turn(BuyLockConfig config) {
        longestNanos = TimeUnit.MILLISECONDS.toNanos(config.turnMillis());
        permits = config.permits();
        length = longestNanos;
    }

    /** Begins a turn with a ticket, or with 0 if the item was free. An empty line means that there is no lease. */
    void begin(String ofLine, long withTicket, long limitNanos, int waiting, long now) {
        line = ofLine;
        ticket = withTicket;
        contended = withTicket > 0;
        length = contended && limitNanos > 0 ? Math.min(longestNanos, limitNanos) : longestNanos;
        checkAfter = contended ? length : 0;
        purchasesLeft = share(waiting);
        startedAt = now;
        ended = false;
        checking = false;
        nextTicketOpen = false;
        nextTicket = 0;
        newestTicket = withTicket;
    }

    /** Begins another turn of this node, because no other node waits. */
    void beginAlone(long now) {
        if (nextTicket > 0) {
            ticket = nextTicket;
        }
        nextTicket = 0;
        contended = false;
        length = longestNanos;
        long longest = Math.min(longestNanos, LONGEST_UNCHECKED_NANOS);
        checkAfter = Math.min(longest, Math.max(holdNanos(), checkAfter * 4));
        startedAt = now;
        ended = false;
    }

    /**
     * {@return how many purchases may begin in this turn} At most half of those who wait are served in one turn, so
     * that nodes with few waiters do not finish long before the others; but at least half of those that fit into the
     * turn, so that the last purchases do not take many short turns.
     */
    private int share(int waiting) {
        return share(waiting, length);
    }

    private int share(int waiting, long lengthNanos) {
        long fit = lengthNanos * permits / holdNanos();
        return (int) Math.max((waiting + 1) / 2, Math.min(waiting, fit / 2));
    }

    /** Counts a purchase that begins. */
    void purchaseBegins() {
        purchasesLeft -= contended ? 1 : 0;
    }

    void end() {
        ended = true;
    }

    /** Another node waits. */
    void contend(int waiting) {
        contended = true;
        purchasesLeft = share(waiting);
    }

    boolean isContended() {
        return contended;
    }

    /** {@return true if this node has kept the item for as long as it may without asking who waits} */
    boolean isCheckDue(long now) {
        return !contended && !checking && (ended || now - startedAt >= checkAfter);
    }

    /** {@return true if no further purchase may begin in this turn} */
    boolean isOver(long now) {
        return (contended || line.isEmpty()) && (ended || purchasesLeft <= 0 || now - startedAt >= length);
    }

    /** {@return how many more purchases may begin in this turn, as far as is known} */
    int purchasesLeft(long now) {
        if (!contended) {
            return Integer.MAX_VALUE;
        }
        long fit = (length - (now - startedAt)) / holdNanos() + 1;
        return (int) Math.max(0, Math.min(purchasesLeft, fit));
    }

    void startCheck() {
        checking = true;
    }

    void endCheck() {
        checking = false;
    }

    String line() {
        return line;
    }

    /** {@return how long this turn, or the last one, may last while other nodes wait} */
    long lengthNanos() {
        return length;
    }

    long ticket() {
        return ticket;
    }

    /** {@return true if more wait on this node than this turn can serve, so that it needs another one} */
    boolean needsNextTicket(int waiting, int permits) {
        long purchases = Math.max(1, (length + holdNanos() - 1) / holdNanos()) * permits - permits;
        return contended && nextTicket == 0 && !nextTicketOpen && waiting > purchases;
    }

    void askForNextTicket() {
        nextTicketOpen = true;
    }

    boolean isNextTicketOpen() {
        return nextTicketOpen;
    }

    /** Sets the ticket of the next turn; the nodes in between are those that wait. */
    void nextTicket(long taken) {
        nextTicketOpen = false;
        nextTicket = taken;
        sawLastTicket(taken);
    }

    void nextTicketFailed() {
        nextTicketOpen = false;
    }

    /**
     * The last ticket of the line is this one; 0 if there is no counter.
     *
     * @return true if other nodes wait, or may wait because the store has lost the counter
     */
    boolean sawLastTicket(long last) {
        newestTicket = last;
        long nodes = LineTicket.turnsAfter(ticket, last);
        if (nodes > 0 && nodes < MOST_NODES) {
            long usual = Math.max(ROUND_NANOS / nodes, holdNanos() * 3 / 2);
            long efficient = Math.min(LONG_ROUND_NANOS / nodes, holdNanos() * EFFICIENT_PURCHASES);
            length = Math.min(longestNanos, Math.max(usual, efficient));
        }
        return last != ticket;
    }

    boolean isCounterLost() {
        return ticket > 0 && !LineTicket.isSameEpoch(ticket, newestTicket);
    }

    boolean hasNextTicket() {
        return nextTicket > 0;
    }

    /** {@return true if the next ticket of the line is this node's own} */
    boolean isAlone() {
        return nextTicket == followingTicket();
    }

    /** {@return the ticket that the lease is offered to at the end of this turn} */
    long followingTicket() {
        return LineTicket.following(ticket, newestTicket);
    }

    long takeNextTicket() {
        long taken = nextTicket;
        nextTicket = 0;
        return taken;
    }

    void purchaseEnded(long nanos) {
        holdNanos = holdNanos == 0 ? nanos : (holdNanos * 7 + nanos) / 8;
    }

    /** {@return the note of a lease whose turn begins now, on this node} */
    TurnNote note(String ofLine, long ofTicket, long nowMicros) {
        return note(ofLine, ofTicket, false, holdNanos(), length, nowMicros);
    }

    /**
     * {@return the note of a lease that is offered to the next node, whose turn is likely to last as long as this one}
     */
    TurnNote offer(long now, long nowMicros) {
        return note(line, followingTicket(), true, expectedNanos(now - startedAt), length, nowMicros);
    }

    private static TurnNote note(
            String ofLine, long ofTicket, boolean offered, long expected, long limit, long nowMicros) {
        long micros = TimeUnit.NANOSECONDS.toMicros(expected);
        return new TurnNote(
                ofLine,
                ofTicket,
                offered,
                nowMicros + micros + TimeUnit.NANOSECONDS.toMicros(NOTICE_NANOS),
                micros,
                TimeUnit.NANOSECONDS.toMicros(limit));
    }

    /**
     * The next turn is likely to last as long as this one. A turn that ends by its length lasts until the purchases in
     * progress have ended. They are at different stages, so of a single one half is left, and of the last of several
     * more.
     */
    private long expectedNanos(long lasted) {
        long untilInProgressEnd = holdNanos() - holdNanos() / (2L * permits);
        return Math.max(holdNanos(), Math.min(lasted, length + untilInProgressEnd));
    }

    /**
     * {@return the note of an offered lease that this node takes, whose turn ends when the purchases of this node are
     * served} Unlike this node, the one that has made the offer does not know how many wait here.
     */
    TurnNote untilServed(TurnNote offer, int waiting, long nowMicros) {
        long limit = Math.min(longestNanos, TimeUnit.MICROSECONDS.toNanos(offer.limitMicros()));
        long served = Math.max(holdNanos(), share(waiting, limit) * holdNanos() / permits);
        return note(offer.line(), offer.ticket(), false, served, limit, nowMicros);
    }

    /** {@return how long a purchase takes, as far as is known} */
    long holdNanos() {
        return holdNanos == 0 ? USUAL_HOLD_NANOS : Math.max(1_000, holdNanos);
    }
}
