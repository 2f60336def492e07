package io.ebbtide.work;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link BackgroundTask} is doing: {@link Running}, about to be {@link Restarting}, or over, which it stays.
 *
 * <p>A copy as of the moment it was asked for. Its text names the class of what was thrown and not its message, which is
 * the task's own code.
 */
public sealed interface TaskStatus {

    /** {@return whether the task has ended and will not be started again} */
    default boolean isOver() {
        return switch (this) {
            case Running _, Restarting _ -> false;
            case Completed _, Stopped _, Failed _ -> true;
        };
    }

    /**
     * The task runs, or its thread is about to begin.
     *
     * @param age for how long this run has lasted
     * @param restarts how often the task has been started again so far
     * @param lastFailure what ended the run before this one; empty if none did, or it ended by itself
     */
    record Running(Duration age, int restarts, Optional<Throwable> lastFailure)
            implements TaskStatus {
        @Override
        public String toString() {
            return "Running[age="
                    + age
                    + ", restarts="
                    + restarts
                    + lastFailure.map(failure -> ", lastFailure=" + kind(failure)).orElse("")
                    + "]";
        }
    }

    /**
     * A run has ended and the next one is waiting for its time.
     *
     * @param cause what the run threw; empty if it ended by itself
     * @param in the time until the next run begins
     * @param restart which restart it will be; the first is 1
     */
    record Restarting(Optional<Throwable> cause, Duration in, int restart) implements TaskStatus {
        @Override
        public String toString() {
            return "Restarting["
                    + cause.map(failure -> "cause=" + kind(failure) + ", ").orElse("")
                    + "in="
                    + in
                    + ", restart="
                    + restart
                    + "]";
        }
    }

    /** The task ended by itself, and its policy did not want it again. */
    record Completed() implements TaskStatus {}

    /**
     * The task ended because it was told to, or was not started again because of that.
     *
     * @param by what it took
     */
    record Stopped(Means by) implements TaskStatus {}

    /**
     * The task failed for good: its policy did not want it again, or not that often, or it failed while stopping.
     *
     * @param cause what the last run threw
     * @param restarts how often the task had been started again
     */
    record Failed(Throwable cause, int restarts) implements TaskStatus {
        @Override
        public String toString() {
            return "Failed[cause=" + kind(cause) + ", restarts=" + restarts + "]";
        }
    }

    /** What it took to stop a task. */
    enum Means {
        /** It was told to stop, and did. */
        REQUEST,
        /** It had to be interrupted at the deadline. */
        INTERRUPT
    }

    private static String kind(Throwable thrown) {
        return thrown.getClass().getName();
    }
}
