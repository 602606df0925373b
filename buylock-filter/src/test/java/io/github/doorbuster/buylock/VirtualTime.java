package io.github.doorbuster.buylock;

import java.util.PriorityQueue;

/** A clock that jumps from one event to the next. Events of the same time happen in the order they were planned in. */
public final class VirtualTime {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now = 1_000_000_000L;
    private long order;

    /** Something that happens at one moment, unless it is cancelled. */
    public static final class Event implements Comparable<Event> {

        private final long at;
        private final long order;
        private final Runnable action;
        private boolean cancelled;

        private Event(long at, long order, Runnable action) {
            this.at = at;
            this.order = order;
            this.action = action;
        }

        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    public long now() {
        return now;
    }

    public Event after(long nanos, Runnable action) {
        Event event = new Event(now + Math.max(0, nanos), order++, action);
        events.add(event);
        return event;
    }

    /** Lets everything happen until a moment. */
    public void runUntil(long end) {
        for (Event next = events.peek(); next != null && next.at <= end; next = events.peek()) {
            events.poll();
            now = next.at;
            if (!next.cancelled) {
                next.action.run();
            }
        }
        now = end;
    }
}
