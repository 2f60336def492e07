package io.ebbtide.report;

import java.util.Objects;

/**
 * A background task that has failed for good: its policy did not want it again, or not that often, or it failed when it
 * was to stop.
 *
 * @param name what the task is called
 * @param scope where it ran, such as {@code /work/background}
 * @param cause what its last run threw
 * @param restarts how often it had been started again
 * @param moment when it failed
 */
public record FailedTask(String name, String scope, Throwable cause, int restarts, Moment moment) {

    /** When a background task failed. */
    public enum Moment {
        /** While the service ran. The shutdown itself may be clean all the same. */
        BEFORE_THE_SHUTDOWN,
        /** After the shutdown had begun: one of its errors. */
        DURING_THE_SHUTDOWN
    }

    /** Checks that nothing is missing. */
    public FailedTask {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(moment, "moment");
    }

    /** {@return one line, safe to log} */
    @Override
    public String toString() {
        return Sentences.failedTask(this);
    }
}
