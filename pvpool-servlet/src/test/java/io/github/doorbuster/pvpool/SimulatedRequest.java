package io.github.doorbuster.pvpool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A request of a client. Requests with the same key are one. */
final class SimulatedRequest {

    final Views views;
    final List<CompletableFuture<Integer>> answers = new ArrayList<>();
    boolean accepted;

    /** The hour of the wall clock in which its views were accepted; empty if that is not certain. */
    String acceptedIn = "";

    private final String sentIn;

    SimulatedRequest(Views views, String hour) {
        this.views = views;
        this.sentIn = hour;
    }

    /**
     * Adds the least that the request has added to the counts.
     *
     * @param certain whether all its views are counted
     */
    void addLeast(boolean certain, Map<String, Long> counts) {
        if (certain) {
            views.ids().forEach(id -> counts.merge(id, 1L, Long::sum));
        }
        views.decrements().forEach(id -> counts.merge(id, -1L, Long::sum));
    }

    /** Adds the most that the request has added to the counts. */
    void addMost(boolean certain, Map<String, Long> counts) {
        if (certain) {
            views.decrements().forEach(id -> counts.merge(id, -1L, Long::sum));
        }
        views.ids().forEach(id -> counts.merge(id, 1L, Long::sum));
    }

    /**
     * Takes the answers that the client has received by now.
     *
     * @param hour the hour of the wall clock, with the number of its changes
     */
    void settle(String hour) {
        boolean before = accepted;
        answers.forEach(answer -> accepted |= answer.isDone() && !answer.isCompletedExceptionally());
        answers.clear();
        if (accepted && !before && hour.equals(sentIn)) {
            acceptedIn = hour.substring(0, hour.indexOf('#'));
        }
    }
}
