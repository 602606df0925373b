package io.github.doorbuster.httpstats;

/** What a {@link SampleRecorder} holds when it is read. */
record RecordedSamples(ReservoirSnapshot responses, Latency firstByte, Latency queueTime, long clamped) {}
