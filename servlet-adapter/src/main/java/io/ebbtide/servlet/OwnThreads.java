package io.ebbtide.servlet;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The threads of a shutdown that is over. They end by themselves a moment after the result is there; a container that looks
 * in between would report them as leaked.
 */
final class OwnThreads {

    /** More than a busy machine needs; threads that hang are not worth more of the container's time. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private OwnThreads() {}

    /** Waits for those that belong to the application that the calling thread works for. */
    static void awaitEnd() {
        Deadline deadline = Deadline.in(PATIENCE, TimeSource.system());
        try {
            for (Thread thread : alive()) {
                boolean _ = thread.join(deadline.remaining());
            }
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Thread> alive() {
        ClassLoader application = Thread.currentThread().getContextClassLoader();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("shutdown-"))
                .filter(thread -> Objects.equals(thread.getContextClassLoader(), application))
                .toList();
    }
}
