package io.ebbtide.work;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A task that an executor had accepted and that never started. It is its owner's again, who may put it back on a queue.
 *
 * @param name what reports call it
 * @param scope where it would have run, such as {@code /work/executors/mailer}
 * @param task the Runnable or Callable itself that was given to the executor, never a wrapper
 */
public record Unstarted(String name, String scope, Object task) {

    /** Checks that nothing is missing. */
    public Unstarted {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(task, "task");
        if (!(task instanceof Runnable || task instanceof Callable)) {
            throw new IllegalArgumentException(
                    "task: a "
                            + task.getClass().getName()
                            + "; allowed are a Runnable and a Callable");
        }
    }

    /** {@return the task, or what calls it if it is no Runnable} */
    public Runnable runnable() {
        return task instanceof Runnable itself ? itself : new FutureTask<>((Callable<?>) task);
    }

    /** Without the task, whose code is not ours to call. */
    @Override
    public String toString() {
        return "'" + name + "' of " + scope;
    }
}
