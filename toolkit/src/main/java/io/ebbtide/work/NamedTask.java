package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A future that knows what reports call it and what it was made of.
 *
 * @param <V> what the task returns
 */
class NamedTask<V extends @Nullable Object> extends FutureTask<V> {

    private final String name;

    /** The task, if it was given as this; {@code null} once this is done. */
    private volatile @Nullable Callable<V> callable;

    /** The task, if it was given as this; {@code null} once this is done. */
    private volatile @Nullable Runnable runnable;

    /** Takes this out of where it waits for its turn or its time; {@code null} while it does not wait. */
    private volatile @Nullable Runnable withdrawal;

    NamedTask(String name, Callable<V> task) {
        super(task);
        this.name = name;
        this.callable = task;
    }

    NamedTask(String name, Runnable task, V result) {
        super(task, result);
        this.name = name;
        this.runnable = task;
    }

    String name() {
        return name;
    }

    /**
     * Cancels this, so that nobody waits for it in vain.
     *
     * @return the task as it was given, and a Callable as something new that calls it; {@code null} if this was done or
     *     cancelled already
     */
    @Nullable Runnable takeBack() {
        Callable<V> called = callable; // both before cancelling, which forgets them
        Runnable original = runnable;
        if (!cancel(/* mayInterruptIfRunning= */ false)) {
            return null;
        }
        return original == null && called != null ? new NamedTask<>(name, called) : original;
    }

    /** This waits from now on, until {@code withdrawal} takes it out when it is cancelled. */
    void waitsUntil(Runnable withdrawal) {
        this.withdrawal = withdrawal;
        if (isCancelled()) {
            withdrawal.run(); // it was cancelled in between, and may have missed this one
        }
    }

    @Override
    protected void done() {
        callable = null;
        runnable = null;
        Runnable waiting = withdrawal;
        if (waiting != null && isCancelled()) {
            waiting.run();
        }
    }
}
