package io.github.doorbuster.buylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LineTicketTest {

    @Test
    void newEpochsHaveOtherTicketsOfAtMost18Digits() {
        long[] firsts = LongStream.generate(LineTicket::firstOfNewEpoch)
                .limit(10_000)
                .distinct()
                .toArray();

        assertThat(firsts).hasSizeGreaterThan(9_990);
        assertThat(LongStream.of(firsts))
                .allSatisfy(first -> assertThat(Long.toString(first)).hasSizeLessThanOrEqualTo(18));
    }

    @Test
    void ticketsOfAnEpochAreServedInOrder() {
        long first = LineTicket.firstOfNewEpoch();

        assertThat(LineTicket.following(0, first + 2)).isEqualTo(first);
        assertThat(LineTicket.following(first, first + 2)).isEqualTo(first + 1);
        assertThat(LineTicket.following(first, 0)).isEqualTo(first + 1);
        assertThat(LineTicket.turnsAfter(0, first + 2)).isEqualTo(3);
        assertThat(LineTicket.turnsAfter(first, first + 2)).isEqualTo(2);
    }

    @Test
    void afterALostCounterItsSuccessorIsServedFromTheStart() {
        long lost = (7L << 22) | 5;
        long successor = (3L << 22) | 2;

        assertThat(LineTicket.isSameEpoch(lost, successor)).isFalse();
        assertThat(LineTicket.following(lost, successor)).isEqualTo((3L << 22) | 1);
        assertThat(LineTicket.turnsAfter(lost, successor)).isEqualTo(2);
    }
}
