package io.ebbtide.resource;

import io.ebbtide.work.Deadline;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** An executor takes no more tasks, is waited for, and is interrupted if that takes too long. */
final class ExecutorClosing {

    private ExecutorClosing() {}

    static TimedAction of(String name, ExecutorService executor) {
        if (ForkJoinPool.commonPool().equals(executor)) {
            throw new IllegalArgumentException(
                    "resource '"
                            + name
                            + "': the common pool; allowed is an executor that can be shut down");
        }
        return end -> close(executor, end);
    }

    private static void close(ExecutorService executor, Deadline end) throws InterruptedException {
        executor.shutdown();
        Duration patience = Patience.before(end).remaining();
        if (!executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            int neverStarted = executor.shutdownNow().size();
            executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            throw new IllegalStateException(
                    "tasks were still running after "
                            + patience.toMillis()
                            + " ms and were interrupted; "
                            + neverStarted
                            + " never started");
        }
    }
}
