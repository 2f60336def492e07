package io.ebbtide.report;

import java.util.Objects;

/**
 * A task that an executor had accepted and that never started: it did not get its turn by the drain deadline, or was meant
 * for later. It is its owner's again, who may put it back on a queue.
 *
 * @param name what the task is called
 * @param scope where it would have run, such as {@code /work/executors/mailer}
 * @param task the Runnable or Callable itself that was given to the executor, never a wrapper
 */
public record HandedBack(String name, String scope, Object task) {

    /** Checks that nothing is missing. */
    public HandedBack {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(task, "task");
    }

    /** {@return one line, safe to log, without the task, whose code is not ours to call} */
    @Override
    public String toString() {
        return Sentences.handedBack(this);
    }
}
