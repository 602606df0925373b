package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Latency;

/** What a {@link SampleRecorder} holds when it is read; {@code buckets} has one element for each series. */
record RecordedSamples(
        ReservoirSnapshot responses, Latency firstByte, Latency queueTime, DurationBuckets[] buckets, long clamped) {}
