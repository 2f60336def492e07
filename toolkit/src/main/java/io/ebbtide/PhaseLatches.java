package io.ebbtide;

import io.ebbtide.report.ShutdownPhase;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** Lets threads wait until a shutdown has come to a phase. Thread-safe; a phase that has come stays so. */
final class PhaseLatches {

    /** Not changed once it is filled. */
    private final Map<ShutdownPhase, CountDownLatch> latches = new EnumMap<>(ShutdownPhase.class);

    PhaseLatches() {
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            latches.put(phase, new CountDownLatch(1));
        }
        open(ShutdownPhase.RUNNING);
    }

    /** A shutdown has come to {@code reached}. The end is the end, however it is called. */
    void open(ShutdownPhase reached) {
        latches.forEach(
                (phase, latch) -> {
                    if (phase.compareTo(reached) <= 0 || reached.isFinal()) {
                        latch.countDown();
                    }
                });
    }

    void await(ShutdownPhase phase) throws InterruptedException {
        Objects.requireNonNull(latches.get(phase), "phase").await();
    }
}
