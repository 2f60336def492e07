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

    /** The Runnable or Callable; {@code null} once this is done. */
    private volatile @Nullable Object given;

    /** Takes this out of where it waits for its turn or its time; {@code null} while it does not wait. */
    private volatile @Nullable Runnable withdrawal;

    NamedTask(String name, Callable<V> task) {
        super(task);
        this.name = name;
        this.given = task;
    }

    NamedTask(String name, Runnable task, V result) {
        super(task, result);
        this.name = name;
        this.given = task;
    }

    String name() {
        return name;
    }

    /**
     * Cancels this, so that nobody waits for it in vain.
     *
     * @return the Runnable or Callable that was given; {@code null} if this was done or cancelled already
     */
    @Nullable Object takeBack() {
        Object original = given; // before cancelling, which forgets it
        return cancel(/* mayInterruptIfRunning= */ false) ? original : null;
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
        given = null;
        Runnable waiting = withdrawal;
        if (waiting != null && isCancelled()) {
            waiting.run();
        }
    }
}
