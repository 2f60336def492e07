package io.ebbtide.work;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * When a {@link BackgroundTask} is started again after it has ended, how often, and what follows if that is too often.
 *
 * <pre>{@code
 * RestartPolicy.onFailure()
 *         .withLimit(5, Duration.ofMinutes(1))
 *         .withEscalation(new Escalation.Call((name, failed) -> alarm(name)))
 * }</pre>
 *
 * <p>Unless said otherwise: {@link BackOff#defaults()}, at most ten restarts in ten minutes, and then {@link
 * Escalation.Report}. A task that is to stop is never started again, whatever its policy says.
 *
 * @param when after which ends it is started again
 * @param backOff how long to wait before
 * @param maxRestarts how many restarts are allowed in {@code window}; zero for none, {@link Integer#MAX_VALUE} for any
 *     number
 * @param window the span of time, ending now, in which restarts are counted
 * @param escalation what follows when the task has failed for good: at its first failure if it is never started again,
 *     at the one that would exceed the limit otherwise
 */
public record RestartPolicy(
        When when, BackOff backOff, int maxRestarts, Duration window, Escalation escalation) {

    /** After which ends a task is started again. */
    public enum When {
        /** After none: it runs once. */
        NEVER,
        /** If it threw. */
        ON_FAILURE,
        /** Also if it returned: it is meant to run until it is told to stop. */
        ALWAYS;

        /** {@return whether a run that threw this, or nothing, is followed by another} */
        boolean follows(Optional<Throwable> failure) {
            return switch (this) {
                case NEVER -> false;
                case ON_FAILURE -> failure.isPresent();
                case ALWAYS -> true;
            };
        }
    }

    private static final int MAX_RESTARTS = 10;
    private static final Duration WINDOW = Duration.ofMinutes(10);

    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if {@code maxRestarts} is negative, or {@code window} is not positive
     */
    public RestartPolicy {
        Objects.requireNonNull(when, "when");
        Objects.requireNonNull(backOff, "backOff");
        Objects.requireNonNull(escalation, "escalation");
        if (maxRestarts < 0) {
            throw new IllegalArgumentException(
                    "maxRestarts: " + maxRestarts + "; allowed is zero or more");
        }
        if (!window.isPositive()) {
            throw new IllegalArgumentException("window: " + window + "; allowed is more than zero");
        }
    }

    /** {@return a policy for tasks that run once} */
    public static RestartPolicy never() {
        return of(When.NEVER);
    }

    /** {@return a policy for tasks that may end by themselves, but must not fail} */
    public static RestartPolicy onFailure() {
        return of(When.ON_FAILURE);
    }

    /** {@return a policy for tasks that run until they are told to stop} */
    public static RestartPolicy always() {
        return of(When.ALWAYS);
    }

    private static RestartPolicy of(When when) {
        return new RestartPolicy(
                when, BackOff.defaults(), MAX_RESTARTS, WINDOW, new Escalation.Report());
    }

    /** {@return the same with other pauses before restarts} */
    public RestartPolicy withBackOff(BackOff backOff) {
        return new RestartPolicy(when, backOff, maxRestarts, window, escalation);
    }

    /** {@return the same with at most {@code maxRestarts} restarts in any span of {@code window}} */
    public RestartPolicy withLimit(int maxRestarts, Duration window) {
        return new RestartPolicy(when, backOff, maxRestarts, window, escalation);
    }

    /** {@return the same with any number of restarts: the task is tried for as long as the service lives} */
    public RestartPolicy withoutLimit() {
        return withLimit(Integer.MAX_VALUE, window);
    }

    /** {@return the same with something else that follows when the task has failed for good} */
    public RestartPolicy withEscalation(Escalation escalation) {
        return new RestartPolicy(when, backOff, maxRestarts, window, escalation);
    }
}
