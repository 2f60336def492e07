package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Subtasks of a piece of work: forked, joined and ended together by the thread that opened them.
 *
 * {@snippet file="io/ebbtide/examples/Example07RequestWithForks.java" region="main"}
 *
 * <p>Each runs on a virtual thread and is work of the scope in which the opening work runs: it may start while that
 * scope drains, is interrupted when it is cancelled, and is named in reports ({@code /work/requests/GET
 * /orders/42/prices/eu}).
 *
 * <p>Only the opening thread may fork, join and close; others get a {@link WrongThreadException}. Leaving the block
 * without joining interrupts what still runs. Closing is bounded: what does not end within {@link #GRACE} of its
 * interrupt is left behind, in flight and by name, and a shutdown will deal with it.
 *
 * <p>Outside any work there is nothing that subtasks could belong to: fork in a {@link Scope} there.
 */
public final class Subtasks implements AutoCloseable {

    /** How long {@link #close()} waits for subtasks that it has interrupted. */
    public static final Duration GRACE = Duration.ofMillis(500);

    /** What the failure of one means for the others. */
    public enum OnFailure {
        /** The others are interrupted, and no more can be forked: all are needed. */
        CANCEL_OTHERS,
        /** The others go on: each result counts by itself. */
        COLLECT
    }

    private final Thread owner = Thread.currentThread();
    private final String name;
    private final OnFailure onFailure;
    private final Permit work;
    private final WaitSet waiters;

    /** The first part of each subtask's name. */
    private final String group;

    /** Told by each subtask, on its thread, that it has ended. */
    private final Consumer<Fork<?>> whenEnded = this::ended;

    /** Owned by {@link #owner}; nobody's once {@link #joined}, and read by those who end then. */
    private final List<Fork<?>> forks = new ArrayList<>();

    /** So many have left, from the first one on, as far as anybody has looked. A thousand of them share no counter. */
    private volatile int left;

    private final AtomicReference<@Nullable Fork<?>> firstFailure = new AtomicReference<>();

    /** Whether no more can be forked. Owned by {@link #owner}. */
    private boolean joined;

    /**
     * Opens subtasks of the work that the calling code belongs to.
     *
     * @throws IllegalArgumentException if the name is blank
     * @throws IllegalStateException if the calling code belongs to no work, or to work that has ended
     */
    public static Subtasks open(String name, OnFailure onFailure) {
        Permit work = Permit.current();
        if (work == null || work.isEnded()) {
            throw new IllegalStateException(
                    "subtasks '"
                            + name
                            + "' would belong to nothing: open them inside of work, such as"
                            + " Permit.run");
        }
        return new Subtasks(name, onFailure, work);
    }

    private Subtasks(String name, OnFailure onFailure, Permit work) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: the name of subtasks must not be blank");
        }
        this.name = name;
        this.group = name + Permit.IN_GROUP;
        this.onFailure = Objects.requireNonNull(onFailure, "onFailure");
        this.work = work;
        this.waiters = new WaitSet(work.scope().time());
    }

    /**
     * Starts {@code task} on a virtual thread. It is in flight before the thread starts.
     *
     * @return the running subtask
     * @throws IllegalStateException if joined or closed already
     * @throws RejectedExecutionException if the scope has been cancelled
     * @throws WrongThreadException if called by another thread than the one that opened
     */
    public <T extends @Nullable Object> Fork<T> fork(String name, Callable<T> task) {
        Objects.requireNonNull(task, "task");
        ensureOwner();
        if (joined) {
            throw new IllegalStateException(
                    "subtasks '" + this.name + "' are joined: '" + name + "' comes too late");
        }
        Scope scope = work.scope();
        Permit permit = scope.admit(group, name, work);
        Fork<T> fork = Fork.start(permit, task, scope.threads(), waiters, whenEnded);
        forks.add(fork);
        if (isCancelled()) {
            fork.cancel();
        }
        return fork;
    }

    /** On the subtask's thread, when it has ended. */
    private void ended(Fork<?> fork) {
        if (fork.failure().isPresent()) {
            firstFailure.compareAndSet(null, fork);
        }
    }

    /** For the owner, and for those who end while it waits: it has put itself among the waiters after the last fork. */
    private boolean haveAllLeft() {
        int seen = left;
        int next = seen;
        while (next < forks.size() && forks.get(next).hasLeft()) {
            next++;
        }
        if (next != seen) {
            left = next; // two at once may take it back a little: then somebody looks again
        }
        return next == forks.size();
    }

    private boolean isCancelled() {
        return onFailure == OnFailure.CANCEL_OTHERS && firstFailure.get() != null;
    }

    /**
     * Waits for all subtasks; with {@link OnFailure#CANCEL_OTHERS} a failure interrupts the others, which are then
     * waited for. No more can be forked afterwards. May be called again.
     *
     * @return whether all have ended before the deadline
     * @throws InterruptedException if interrupted while waiting; the subtasks go on until closed
     * @throws WrongThreadException if called by another thread than the one that opened
     */
    public boolean join(Deadline deadline) throws InterruptedException {
        ensureOwner();
        joined = true;
        if (waiters.await(() -> haveAllLeft() || isCancelled(), deadline)) {
            if (!haveAllLeft()) {
                forks.forEach(Fork::cancel);
            }
            return waiters.await(this::haveAllLeft, deadline);
        }
        return false;
    }

    /**
     * Returns if no subtask has failed so far.
     *
     * @throws ExecutionException with what the first one threw as its cause, and what others threw as suppressed
     */
    public void ensureSucceeded() throws ExecutionException {
        ensureOwner();
        Fork<?> first = firstFailure.get();
        if (first == null) {
            return;
        }
        Throwable cause = first.failure().orElseThrow();
        ExecutionException failure =
                new ExecutionException("subtask '" + first.name() + "' failed", cause);
        for (Fork<?> fork : forks) {
            if (fork.isDone() && !fork.equals(first)) {
                fork.failure().ifPresent(failure::addSuppressed);
            }
        }
        throw failure;
    }

    /**
     * Interrupts what still runs and waits for it.
     *
     * @return what is still running all the same; empty if nothing is
     * @throws InterruptedException if interrupted while waiting
     * @throws WrongThreadException if called by another thread than the one that opened
     */
    public List<Fork<?>> close(Deadline grace) throws InterruptedException {
        ensureOwner();
        joined = true;
        if (!haveAllLeft()) {
            forks.forEach(Fork::cancel);
            waiters.await(this::haveAllLeft, grace);
        }
        return forks.stream().filter(fork -> !fork.hasLeft()).toList();
    }

    /** Interrupts what still runs and waits for it, at most for {@link #GRACE}. An interrupt ends the waiting and stays. */
    @Override
    public void close() {
        try {
            List<Fork<?>> _ = close(Deadline.in(GRACE, work.scope().time()));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void ensureOwner() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException(
                    "subtasks '" + name + "' belong to the thread that opened them, " + owner);
        }
    }
}
