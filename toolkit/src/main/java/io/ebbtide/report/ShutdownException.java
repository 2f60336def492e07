package io.ebbtide.report;

/**
 * A shutdown that did not go as it should. The first exception that a step or a background task threw is its cause,
 * further ones are suppressed in it; there is none if steps only timed out or work was forced.
 *
 * <p>Thrown only on demand: by {@link ShutdownResult#orThrow} and by the blocking call where {@code raiseOnError} is set.
 */
public final class ShutdownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ShutdownResult result;

    ShutdownException(ShutdownResult result) {
        super(result.toString());
        this.result = result;
        for (StepReport step : result.errors()) {
            if (step.outcome() instanceof Outcome.Failed(Throwable cause)) {
                add(cause);
            }
        }
        for (FailedTask task : result.failedTasks()) {
            if (task.moment() == FailedTask.Moment.DURING_THE_SHUTDOWN) {
                add(task.cause());
            }
        }
    }

    private void add(Throwable cause) {
        if (getCause() == null) {
            initCause(cause);
        } else {
            addSuppressed(cause);
        }
    }

    /** {@return what the shutdown did} */
    public ShutdownResult result() {
        return result;
    }
}
