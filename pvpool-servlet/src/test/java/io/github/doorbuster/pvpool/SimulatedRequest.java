package io.github.doorbuster.pvpool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request of a client. Requests with the same key are one. */
final class SimulatedRequest {

    final Views views;
    final List<CompletableFuture<Integer>> answers = new ArrayList<>();
    boolean accepted;

    SimulatedRequest(Views views) {
        this.views = views;
    }

    /** Takes the answers that the client has received by now. */
    void settle() {
        answers.forEach(answer -> accepted |= answer.isDone() && !answer.isCompletedExceptionally());
        answers.clear();
    }
}
