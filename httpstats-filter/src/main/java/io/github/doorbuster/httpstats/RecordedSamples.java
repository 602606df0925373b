package io.github.doorbuster.httpstats;

import io.github.doorbuster.httpstats.HttpStatsSnapshot.Latency;

/** What a {@link SampleRecorder} holds when it is read. */
record RecordedSamples(ReservoirSnapshot responses, Latency firstByte, Latency queueTime, long clamped) {}
