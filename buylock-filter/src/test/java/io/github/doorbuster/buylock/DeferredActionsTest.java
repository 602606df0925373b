package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DeferredActionsTest {

    private final DeferredActions actions = new DeferredActions();
    private final List<String> done = new ArrayList<>();

    private void add(String name) {
        actions.add(() -> done.add(name));
    }

    private void addStoreCall(Supplier<CompletionStage<String>> call) {
        actions.addStoreCall(call, done::add);
    }

    @Test
    void actionsRunInOrder() {
        add("first");
        add("second");
        actions.runAll();

        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void anActionAddedByAnotherRunsAfterIt() {
        actions.add(() -> {
            add("inner");
            actions.runAll();
            done.add("outer");
        });
        actions.runAll();

        assertThat(done).containsExactly("outer", "inner");
    }

    @Test
    void aFailedActionDoesNotStopTheNextOnes() {
        actions.add(() -> {
            throw new StackOverflowError("a callback goes too deep");
        });
        add("second");
        actions.runAll();
        add("third");
        actions.runAll();

        assertThat(done).containsExactly("second", "third");
    }

    @Test
    void aStoreCallThatFailsOrThrowsGivesNull() {
        addStoreCall(() -> CompletableFuture.completedFuture("value"));
        addStoreCall(() -> CompletableFuture.failedFuture(new IllegalStateException("down")));
        addStoreCall(() -> {
            throw new AssertionError("a bug in the store");
        });
        actions.runAll();

        assertThat(done).containsExactly("value", null, null);
    }
}
