package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectsTest {

    private final Effects effects = new Effects();
    private final List<String> done = new ArrayList<>();

    private void note(String name) {
        synchronized (effects) {
            effects.note(() -> done.add(name));
        }
    }

    @Test
    void effectsAreCarriedOutInTheirOrder() {
        note("first");
        note("second");
        effects.carryOut();

        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void whatAnEffectNotesIsCarriedOutAfterItAndNotWithinIt() {
        synchronized (effects) {
            effects.note(() -> {
                note("inner");
                effects.carryOut();
                done.add("outer");
            });
        }
        effects.carryOut();

        assertThat(done).containsExactly("outer", "inner");
    }

    @Test
    void anEffectThatFailsDoesNotStopThoseAfterIt() {
        synchronized (effects) {
            effects.note(() -> {
                throw new StackOverflowError("a callback goes too deep");
            });
        }
        note("second");
        effects.carryOut();
        note("third");
        effects.carryOut();

        assertThat(done).containsExactly("second", "third");
    }
}
