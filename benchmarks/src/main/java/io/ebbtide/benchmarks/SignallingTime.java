package io.ebbtide.benchmarks;

import io.ebbtide.work.TimeSource;

import java.util.concurrent.CompletableFuture;

/** The JVM's time, which also tells when the first thread has begun to wait. */
final class SignallingTime implements TimeSource {

    private final TimeSource system = TimeSource.system();
    private final CompletableFuture<Thread> firstToPark = new CompletableFuture<>();

    /** Returns once a thread is parked, so that whatever wakes it up has to do so in full. */
    void awaitParkedThread() {
        Thread thread = firstToPark.join();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    @Override
    public long nanos() {
        return system.nanos();
    }

    @Override
    public void parkUntil(Object blocker, long instant) {
        firstToPark.complete(Thread.currentThread());
        system.parkUntil(blocker, instant);
    }

    @Override
    public void unpark(Thread thread) {
        system.unpark(thread);
    }
}
