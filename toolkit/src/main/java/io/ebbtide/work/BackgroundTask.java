package io.ebbtide.work;

import java.time.Duration;
import java.util.Objects;

/**
 * Code that runs beside the requests for as long as the service does: a consumer of messages, a refresher of caches.
 *
 * <pre>{@code
 * tasks.start("mails", context -> {
 *     while (!context.isStopping()) {
 *         mails.take(context.remaining()).ifPresent(this::send);
 *     }
 * });
 * tasks.start("prices", BackgroundTask.repeated(Duration.ofSeconds(30), context -> refresh()));
 * }</pre>
 *
 * <p>It returns when there is nothing left to do or {@link TaskContext#isStopping} says so; whatever it throws counts as
 * a failure. What follows in either case is up to its {@link RestartPolicy}. A task that is started again runs on the
 * same thread, with a new context and the interrupt flag cleared.
 */
@FunctionalInterface
public interface BackgroundTask {

    /**
     * Runs the task once, on a thread of its own: a virtual one unless the scope has others.
     *
     * @param context tells when to stop, and waits until then
     * @throws Exception if the task has failed; an {@link InterruptedException} once it is to stop is no failure
     */
    void run(TaskContext context) throws Exception;

    /**
     * A periodic task: runs {@code each} at once, and again whenever {@code pause} has passed since it ended, until the
     * task is to stop. A run that has not begun by then does not begin.
     *
     * <p>The pause lies between the end of one run and the start of the next ("fixed delay"), so runs never overlap and
     * a slow one is not followed by a burst. A run that throws ends the task, and its restart policy decides.
     *
     * @param pause zero or more
     * @throws IllegalArgumentException if {@code pause} is negative
     */
    static BackgroundTask repeated(Duration pause, BackgroundTask each) {
        Objects.requireNonNull(each, "each");
        if (pause.isNegative()) {
            throw new IllegalArgumentException(
                    "pause: " + pause + " is negative; allowed is zero or more");
        }
        return context -> {
            do {
                each.run(context);
            } while (!context.await(pause));
        };
    }
}
