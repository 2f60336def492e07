package io.ebbtide.work;

import java.util.function.BooleanSupplier;

/**
 * Decides whether a run of a background task may begin while somebody else may be stopping the task.
 *
 * <p>Invariant: a task that is not counted as running when its stop has been observed does not run any more. There is one
 * right rule; tests bring wrong ones, and step in between the two halves.
 */
@FunctionalInterface
interface StartRule {

    /** Looking first would let a stop pass unseen between the look and the start. */
    StartRule COUNT_THEN_LOOK =
            (count, isStopping) -> {
                count.run();
                return !isStopping.getAsBoolean();
            };

    /**
     * Takes the two steps.
     *
     * @param count counts the task as running, for everyone to see
     * @param isStopping whether the task has been told to stop
     * @return whether the run may begin
     */
    boolean admits(Runnable count, BooleanSupplier isStopping);
}
