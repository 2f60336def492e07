package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * A task that {@link Scope#fork} started on a thread of its own.
 *
 * <p>Thread-safe. What the task did happens before {@link #join} returns {@code true}.
 *
 * @param <T> what the task returns
 */
public final class Fork<T extends @Nullable Object> {

    private final Permit permit;
    private final Consumer<Fork<?>> ended;

    /** Who waits for this; {@code null} as long as nobody has. Written before the waiting ones look whether it is over. */
    private volatile @Nullable WaitSet waiters;

    /** Written by the task's thread before {@link #took}. */
    private @Nullable T result;

    private @Nullable Throwable failure;

    /** How long the task ran, in nanoseconds and one more: 0 while it runs. */
    private volatile long took;

    /** Whether the permit has left its scope: nothing counts this any more. Written last. */
    private volatile boolean left;

    /** Written before the thread inside is looked for; read by that thread once it is inside. */
    private volatile boolean cancelled;

    private Fork(Permit permit, @Nullable WaitSet waiters, Consumer<Fork<?>> ended) {
        this.permit = permit;
        this.ended = ended;
        this.waiters = waiters;
    }

    /**
     * Starts {@code task} on a new thread.
     *
     * @param waiters who is woken when it has ended; {@code null} if only those are who {@link #join} it
     * @param ended told when it has ended, on its thread
     */
    static <T extends @Nullable Object> Fork<T> start(
            Permit permit,
            Callable<T> task,
            ThreadFactory threads,
            @Nullable WaitSet waiters,
            Consumer<Fork<?>> ended) {
        Fork<T> fork = new Fork<>(permit, waiters, ended);
        boolean started = false;
        try {
            Thread thread = threads.newThread(new Body<>(fork, task));
            if (thread == null) {
                throw new IllegalStateException(
                        "the thread factory gave no thread for '" + permit.name() + "'");
            }
            thread.start();
            started = true;
        } finally {
            if (!started) {
                permit.withdraw();
            }
        }
        return fork;
    }

    /** What the new thread does, outside of the permit and inside: one object, since a request may fork a thousand. */
    private static final class Body<T extends @Nullable Object>
            implements Runnable, ScopedValue.CallableOp<T, Exception> {

        private final Fork<T> fork;
        private final Callable<T> task;

        Body(Fork<T> fork, Callable<T> task) {
            this.fork = fork;
            this.task = task;
        }

        @Override
        public void run() {
            fork.run(this);
        }

        @Override
        public T call() throws Exception {
            return task.call();
        }
    }

    private void run(ScopedValue.CallableOp<T, Exception> body) {
        permit.enterThread();
        if (cancelled) {
            permit.interrupt(); // it came before there was a thread to interrupt
        }
        try {
            result = permit.call(body);
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            end();
        }
    }

    private void end() {
        took = permit.ageNanos() + 1;
        permit.close();
        ended.accept(this);
        left = true;
        WaitSet waiting = waiters;
        if (waiting != null) {
            waiting.wake();
        }
    }

    /** {@return what reports call the task} */
    public String name() {
        return permit.name();
    }

    /** {@return the admission of this task: its thread, its age} */
    public Permit permit() {
        return permit;
    }

    /** {@return whether the task has ended, in whatever way} */
    public boolean isDone() {
        return took != 0;
    }

    /** {@return whether it has also left its scope, where it is in flight for an instant longer than it runs} */
    boolean hasLeft() {
        return left;
    }

    /**
     * Waits for the task to end.
     *
     * @return whether it has ended before the deadline
     * @throws InterruptedException if interrupted while waiting; the task goes on
     */
    public boolean join(Deadline deadline) throws InterruptedException {
        return waitersMade().await(this::isDone, deadline);
    }

    private synchronized WaitSet waitersMade() {
        WaitSet present = waiters;
        if (present == null) {
            present = new WaitSet(permit.scope().time());
            waiters = present;
        }
        return present;
    }

    /** Interrupts the task's thread, if it is still running the task; if it has yet to begin, then. */
    public void cancel() {
        cancelled = true;
        permit.interrupt();
    }

    /**
     * Counts the task as failed and waits for it no longer: its thread never comes back, as after {@code System.exit}.
     * Does nothing if the task has ended.
     */
    public synchronized void forsake(Throwable why) {
        if (!isDone()) {
            failure = why;
            end();
        }
    }

    /**
     * {@return what the task returned}
     *
     * @throws IllegalStateException if it has not ended yet
     * @throws ExecutionException if it threw, with what it threw as the cause
     */
    @SuppressWarnings("NullAway") // null only if T allows it and the task returned it
    public T get() throws ExecutionException {
        ensureDone();
        if (failure != null) {
            throw new ExecutionException("'" + name() + "' failed", failure);
        }
        return result;
    }

    /**
     * {@return what the task threw; empty if it ended normally}
     *
     * @throws IllegalStateException if it has not ended yet
     */
    public Optional<Throwable> failure() {
        ensureDone();
        return Optional.ofNullable(failure);
    }

    /** {@return how long the task has been running, or ran} */
    public Duration age() {
        long ran = took;
        return ran != 0 ? Duration.ofNanos(ran - 1) : permit.age();
    }

    private void ensureDone() {
        if (!isDone()) {
            throw new IllegalStateException("'" + name() + "' is still running: join it first");
        }
    }
}
