package io.github.doorbuster.pvpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.doorbuster.pvpool.Bucket.Width;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketsTest {

    @ParameterizedTest
    @CsvSource({
        "UTC,              2026-11-20T12:34:56Z, 2026-11-20T12:00:00Z, 2026-11-20T00:00:00Z",
        "Asia/Tokyo,       2026-11-20T15:00:00Z, 2026-11-20T15:00:00Z, 2026-11-20T15:00:00Z",
        "Asia/Kolkata,     2026-11-20T12:29:59Z, 2026-11-20T11:30:00Z, 2026-11-19T18:30:00Z",
        "Europe/Berlin,    2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-24T22:00:00Z",
        "Europe/Berlin,    2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-24T22:00:00Z",
    })
    void hoursAndDaysAreThoseOfTheZone(String zone, Instant time, Instant hour, Instant day) {
        assertThat(Buckets.of("hour,day", zone).at(time.toEpochMilli()))
                .containsExactly(new Bucket(Width.HOUR, hour), new Bucket(Width.DAY, day));
    }

    @Test
    void aDayMayHave25Hours() {
        Buckets berlin = Buckets.of("hour,day", "Europe/Berlin");
        Instant midnight = Instant.parse("2026-10-24T22:00:00Z");
        List<Bucket> hours = berlin.between(new Bucket(Width.HOUR, midnight), Instant.parse("2026-10-25T22:59:59Z"));
        assertThat(hours).hasSize(25).doesNotHaveDuplicates();
        assertThat(berlin.last(Width.DAY, 2, Instant.parse("2026-10-25T23:00:00Z")))
                .extracting(Bucket::start)
                .containsExactly(midnight, midnight.plus(Duration.ofHours(25)));
    }

    @Test
    void bucketsCoverEveryMomentOfAYearOnce() {
        for (String zone : List.of("UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")) {
            Buckets buckets = Buckets.of("hour,day", zone);
            Instant end = Instant.parse("2027-01-01T00:00:00Z");
            for (Width width : Width.values()) {
                Bucket later = width.at(end, buckets.zone());
                while (later.start().isAfter(end.minus(Duration.ofDays(366)))) {
                    Bucket earlier = width.before(later, buckets.zone());
                    assertThat(earlier.start()).isBefore(later.start());
                    assertThat(width.at(earlier.start(), buckets.zone())).isEqualTo(earlier);
                    assertThat(Duration.between(earlier.start(), later.start()))
                            .isLessThanOrEqualTo(width == Width.DAY ? Duration.ofHours(25) : Duration.ofMinutes(90));
                    later = earlier;
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UTC,           2026-11-20T12:00:00Z, 0",
        "UTC,           2026-11-20T11:59:59Z, 1",
        "UTC,           2026-11-20T09:30:00Z, 3",
        "UTC,           2026-11-20T18:30:00Z, 0",
        "UTC,           2025-11-20T12:30:00Z, 8760",
        "Europe/Berlin, 2026-10-24T22:30:00Z, 638",
        "UTC,           -100000-11-20T12:00:00Z, 894341544",
    })
    void countsHoursFromAnEarlierTime(String zone, Instant earlier, long hours) {
        Buckets buckets = Buckets.of("hour", zone);
        assertThat(buckets.countBefore(new Bucket(Width.HOUR, Instant.parse("2026-11-20T12:00:00Z")), earlier))
                .isEqualTo(hours);
    }

    @Test
    void countsLongAndShortDaysAsOne() {
        Buckets berlin = Buckets.of("day", "Europe/Berlin");
        Bucket november = new Bucket(Width.DAY, Instant.parse("2026-10-31T23:00:00Z"));
        assertThat(berlin.countBefore(november, Instant.parse("2026-10-24T22:00:00Z")))
                .isEqualTo(7);
        assertThat(berlin.countBefore(november, Instant.parse("2026-06-30T22:00:00Z")))
                .isEqualTo(123);
    }

    @Test
    void withoutBucketsAllTimesAreAlike() {
        assertThat(Buckets.NONE.at(1)).isEmpty();
        assertThat(Buckets.NONE.startOf(Long.MAX_VALUE)).isZero();
        assertThat(PvPoolConfig.builder().build().timeBuckets().isNone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"week", "hour;day", "hour,", ",", "HOUR"})
    void bucketsAreHourOrDay(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PvPoolConfig.builder().buckets(wrong).build())
                .withMessage("buckets=%s: must be hour, day, or both, separated by a comma", wrong);
    }

    @Test
    void zoneMustExist() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PvPoolConfig.builder().bucketZone("Tokio").build())
                .withMessageStartingWith("bucketZone=Tokio: must be a time zone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "35,1", "a", "40000", "35,400,1"})
    void daysHaveTheirRange(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PvPoolConfig.builder().bucketDays(wrong).build())
                .withMessageStartingWith("bucketDays=");
        assertThat(BucketDays.of("35, 400")).isEqualTo(new BucketDays(35, 400));
        assertThat(BucketDays.of("7")).isEqualTo(new BucketDays(7, 7));
    }
}
