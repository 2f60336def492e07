package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An {@link java.util.concurrent.ExecutorService} whose tasks are work of a scope: a shutdown waits for them, one that
 * outlives the drain deadline is named, and one that never started is handed back.
 *
 * {@snippet file="io/ebbtide/examples/Example06ExecutorWithHandBack.java" region="main"}
 *
 * <p><b>Threads.</b> Each task has a thread of its own, from the scope's thread factory: nothing is left behind for the
 * next task. Without {@link Limits} it starts at once; with them it may wait for its turn, first come, first served.
 *
 * <p><b>Draining.</b> Once the scope drains, tasks from outside are rejected, while work that still runs (a request in
 * flight, a task of this executor) may go on submitting; such a task may outlive the request that submitted it. What
 * waits for its turn is work in flight and still runs. What waits for its time does not: delayed and periodic tasks stop
 * with the beginning of the drain. At the deadline {@link #handBack} gives up what has not started.
 *
 * <p><b>Inside a task</b> {@link RequestScope#current()} is the task. What {@link #execute} runs throws into the
 * thread's uncaught exception handler; what was submitted, into its future.
 *
 * <p><b>Names.</b> Reports call a task by the name given, or else by its class; a lambda by the class around it.
 *
 * <p>{@link #shutdown} rejects all further tasks and lets the accepted ones end; {@link #shutdownNow} interrupts them.
 * Waiting for the end from inside of a task would be waiting for oneself and is refused.
 */
public final class ShutdownAwareExecutor extends AbstractExecutorService
        implements ScheduledExecutorService {

    private final Scope scope;
    private final TimeSource time;
    private final Turns turns;
    private final Schedule schedule;

    /**
     * An executor whose tasks are the work of {@code scope}, each started at once.
     *
     * @param scope a scope for this executor alone, since {@link #shutdown} drains it
     * @throws IllegalStateException if the scope has an executor or background tasks already
     */
    public static ShutdownAwareExecutor in(Scope scope) {
        return in(scope, Limits.unbounded());
    }

    /** The same with limits to what runs at the same time, and to what waits. */
    public static ShutdownAwareExecutor in(Scope scope, Limits limits) {
        ShutdownAwareExecutor executor = new ShutdownAwareExecutor(scope, Turns.of(scope, limits));
        scope.life().settle(executor.new Tenancy());
        return executor;
    }

    private ShutdownAwareExecutor(Scope scope, Turns turns) {
        this.scope = scope;
        this.time = scope.time();
        this.turns = turns;
        this.schedule = new Schedule(scope, turns);
    }

    /** {@return the scope in which the tasks run} */
    public Scope scope() {
        return scope;
    }

    @Override
    public void execute(Runnable command) {
        accept(TaskName.of(command), command);
    }

    /**
     * Runs {@code command} under a name that reports show.
     *
     * @param name not blank
     * @throws RejectedExecutionException if the executor is shut down; if it is draining and the caller does not belong
     *     to work that still runs; if the limits are reached; or if there is no thread. The message says which
     */
    public void execute(String name, Runnable command) {
        accept(TaskName.ensureValid(name), Objects.requireNonNull(command, "command"));
    }

    /** Calls {@code task} under a name that reports show; otherwise like {@link #submit(Callable)}. */
    public <T extends @Nullable Object> Future<T> submit(String name, Callable<T> task) {
        NamedTask<T> future =
                new NamedTask<>(TaskName.ensureValid(name), Objects.requireNonNull(task, "task"));
        accept(future.name(), future);
        return future;
    }

    private void accept(String name, Runnable task) {
        Job job = turns.admit(name, task);
        if (job != null) {
            turns.start(job);
        }
    }

    @Override
    protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
        return new NamedTask<>(TaskName.of(callable), callable);
    }

    @Override
    protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(
            Runnable runnable, T value) {
        return new NamedTask<>(TaskName.of(runnable), runnable, value);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks) throws InterruptedException {
        return new Batch<T>(this, time, tasks).all(Deadline.never(time));
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        return new Batch<T>(this, time, tasks).all(in(timeout, unit));
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        try {
            return new Batch<T>(this, time, tasks).any(Deadline.never(time));
        } catch (TimeoutException never) {
            throw new AssertionError("a deadline passed that never passes", never);
        }
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return new Batch<T>(this, time, tasks).any(in(timeout, unit));
    }

    /**
     * Runs {@code command} once after {@code delay}; it is no work in flight until then. If draining begins before, its
     * future is cancelled and it is kept for {@link #handBack}.
     *
     * @param delay zero or less for at once; there is no upper bound
     * @throws RejectedExecutionException if draining has begun, also for callers that may still {@link #execute}
     */
    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule.add(command, in(delay, unit), null);
    }

    /** Calls {@code callable} once after {@code delay}; otherwise like {@link #schedule(Runnable, long, TimeUnit)}. */
    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(
            Callable<V> callable, long delay, TimeUnit unit) {
        return schedule.once(callable, in(delay, unit));
    }

    /**
     * Repeats {@code command} until draining begins, its future is cancelled or it throws. Runs never overlap; late ones
     * follow each other without a pause. A run that finds no thread is left out.
     *
     * @param period from the beginning of a run to that of the next, at least 1
     * @throws RejectedExecutionException if draining has begun
     */
    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        Duration every = positive("period", period, unit);
        return schedule.add(command, in(initialDelay, unit), due -> due.plus(every));
    }

    /**
     * The same with a pause that begins at the end of a run.
     *
     * @param delay from the end of a run to the beginning of the next, at least 1
     */
    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        Duration between = positive("delay", delay, unit);
        return schedule.add(command, in(initialDelay, unit), _ -> Deadline.in(between, time));
    }

    private static Duration positive(String what, long amount, TimeUnit unit) {
        if (amount <= 0) {
            throw new IllegalArgumentException(what + ": " + amount + "; allowed is 1 or more");
        }
        return Duration.ofNanos(unit.toNanos(amount));
    }

    private Deadline in(long amount, TimeUnit unit) {
        return Deadline.in(Duration.ofNanos(Math.max(0, unit.toNanos(amount))), time);
    }

    @Override
    public void shutdown() {
        scope.life().finish(Deadline.never(time));
    }

    /**
     * Interrupts the running tasks and rejects all others.
     *
     * @return what {@link #handBack} returns
     */
    @Override
    public List<Runnable> shutdownNow() {
        scope.cancel();
        return handBack().stream().map(Unstarted::runnable).toList();
    }

    /**
     * Takes back every accepted task that has not started: those that wait for their turn, and delayed ones. None of them
     * starts any more. Periodic tasks are not among them. May be called at any time, again too; each task is returned
     * once.
     *
     * <p>What comes back is the task as it was given to {@code execute}, {@code submit} or {@code schedule}, never a
     * wrapper, and a Callable as a Callable. Its future, if it has one, is cancelled, so that nobody waits for it in vain. A
     * task whose future had been cancelled does not come back.
     *
     * @return first those that wait for their turn, then the delayed ones, each in their order
     */
    public List<Unstarted> handBack() {
        List<Unstarted> unstarted = new ArrayList<>(turns.handBack());
        unstarted.addAll(schedule.handBack());
        return unstarted;
    }

    @Override
    public boolean isShutdown() {
        return scope.state() != Scope.State.OPEN;
    }

    @Override
    public boolean isTerminated() {
        return scope.life().isOver();
    }

    /**
     * Waits until the executor is shut down or drains and no task can run any more. Nothing is shut down by this.
     *
     * @param timeout zero or less for a check that does not wait
     * @return whether that is so
     * @throws IllegalStateException if called by a task of this executor, which would wait for itself
     * @throws InterruptedException if interrupted while waiting
     */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        Termination.ensureOutside(scope);
        return scope.life().awaitTermination(in(timeout, unit));
    }

    /**
     * Shuts down and waits for the accepted tasks to end. If interrupted meanwhile, interrupts them and goes on waiting;
     * the flag is set again on return, and what never started can still be taken back with {@link #handBack}.
     *
     * @throws IllegalStateException if called by a task of this executor, which would wait for itself: call {@link
     *     #shutdown} there
     */
    @Override
    public void close() {
        Termination.ensureOutside(scope);
        shutdown();
        Termination.await(scope);
    }

    @Override
    public String toString() {
        return "executor " + scope;
    }

    /** Whoever drains or cancels the scope, this executor or somebody above: the same things stop. */
    private final class Tenancy implements Tenant {

        @Override
        public void scopeMoved() {
            schedule.close();
            if (scope.state().isCancelled()) {
                turns.setAside();
            }
        }

        @Override
        public List<Unstarted> handBack() {
            return ShutdownAwareExecutor.this.handBack();
        }
    }
}
