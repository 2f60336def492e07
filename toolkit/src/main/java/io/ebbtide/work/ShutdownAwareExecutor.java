package io.ebbtide.work;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * An {@link java.util.concurrent.ExecutorService} whose tasks are work of a scope: a shutdown waits for them, and one
 * that outlives the drain deadline is named.
 *
 * <pre>{@code
 * ShutdownAwareExecutor mailer = shutdown.executor("mailer");
 * mailer.submit(() -> send(confirmation));
 * }</pre>
 *
 * <p>Each task gets a virtual thread of its own, at once: there is no queue. Once draining has begun, tasks from outside
 * are rejected, while work that still runs (a request in flight, a task of this executor) may go on submitting; such a
 * task may outlive the request that submitted it.
 *
 * <p>{@link #shutdown} rejects all further tasks and lets the running ones end; {@link #shutdownNow} interrupts them. An
 * exception from {@link #execute} goes to the thread's uncaught exception handler.
 */
public final class ShutdownAwareExecutor extends AbstractExecutorService {

    private final Scope scope;
    private final TimeSource time;

    /**
     * An executor whose tasks are the work of {@code scope}.
     *
     * @param scope a scope for this executor alone, since {@link #shutdown} drains it
     */
    public static ShutdownAwareExecutor in(Scope scope) {
        return new ShutdownAwareExecutor(scope);
    }

    private ShutdownAwareExecutor(Scope scope) {
        this.scope = scope;
        this.time = scope.time();
    }

    /** {@return the scope in which the tasks run} */
    public Scope scope() {
        return scope;
    }

    @Override
    public void execute(Runnable command) {
        execute(command.getClass().getSimpleName(), command);
    }

    /**
     * Runs {@code command} under a name that reports show.
     *
     * @throws RejectedExecutionException if the executor is shut down or draining and the caller does not belong to work
     *     that still runs
     */
    public void execute(String name, Runnable command) {
        Objects.requireNonNull(command, "command");
        scope.fork(
                name,
                () -> {
                    runUncaught(command);
                    return null;
                });
    }

    /** Runs user code whose exceptions nobody else will see. */
    static void runUncaught(Runnable command) {
        try {
            command.run();
        } catch (Throwable thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }

    @Override
    public void shutdown() {
        scope.life().finish(Deadline.never(time));
    }

    /**
     * Interrupts the running tasks and rejects all others.
     *
     * @return an empty list, since no task waits for its start
     */
    @Override
    public List<Runnable> shutdownNow() {
        scope.cancel();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return scope.state() != Scope.State.OPEN;
    }

    @Override
    public boolean isTerminated() {
        return scope.life().isOver();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofNanos(Math.max(0, unit.toNanos(timeout))), time);
        return scope.life().awaitTermination(deadline);
    }
}
