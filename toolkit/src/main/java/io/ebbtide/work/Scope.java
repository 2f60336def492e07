package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

/**
 * A named set of running work. Everything that runs is in a scope, and scopes form a tree: draining is joining a scope,
 * forcing is cancelling one.
 *
 * <pre>{@code
 * Scope work = Scope.open("work", TimeSource.system());
 * Scope requests = work.child("requests");
 *
 * if (requests.enter("GET", "/orders/42", Peer.NOBODY) instanceof Permit permit) {
 *     try (permit) {
 *         permit.run(() -> handle());
 *     }
 * }
 *
 * work.drain(Deadline.in(Duration.ofSeconds(10), TimeSource.system()));
 * boolean drained = work.join(deadline);
 * }</pre>
 *
 * <p><b>State</b> moves only forward: {@code OPEN} lets everyone in; {@code DRAINING} lets only work in that comes from
 * work still running inside, so that what runs can be finished; {@code CANCELLED} lets nobody in and has interrupted who
 * is inside; {@code CLOSED} is over. What happens to a scope happens to its children.
 *
 * <p><b>Entering</b> from a thread of somebody else's takes nanoseconds and no lock. <b>Forking</b> starts a new thread.
 *
 * <p>Thread-safe; no lock is held while user code runs. A request and everything that it forked happen before {@link
 * #join} returns {@code true}.
 */
public final class Scope {

    /** How far a scope's life has come. */
    public enum State {
        /** Everyone may enter. */
        OPEN,
        /** Only work that comes from work still running inside may enter. */
        DRAINING,
        /** Nobody may enter; whoever was inside has been interrupted. */
        CANCELLED,
        /** Over. */
        CLOSED;

        /** {@return whether who was inside has been interrupted} */
        public boolean isCancelled() {
            return this == CANCELLED || this == CLOSED;
        }
    }

    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();

    private final Branch branch;
    private final TimeSource time;
    private final ThreadFactory threads;
    private final WaitSet waiters;
    private final Gate gate;
    private final LameDuck lameDuck;
    private final Life life;

    /**
     * Opens the root of a tree, whose forks run on virtual threads.
     *
     * @param name not blank
     */
    public static Scope open(String name, TimeSource time) {
        return open(name, time, VIRTUAL);
    }

    /** Opens the root of a tree, whose forks run on threads of {@code threads}. */
    public static Scope open(String name, TimeSource time, ThreadFactory threads) {
        return new Scope(name, null, time, threads, new WaitSet(time), Gate.narrow(time.nanos()));
    }

    private Scope(
            String name,
            @Nullable Branch above,
            TimeSource time,
            ThreadFactory threads,
            WaitSet waiters,
            Gate gate) {
        this.branch = new Branch(name, this, above);
        this.time = time;
        this.threads = Objects.requireNonNull(threads, "threads");
        this.waiters = waiters;
        this.gate = gate;
        this.lameDuck = new LameDuck(branch, waiters, time);
        this.life = new Life(branch, gate, waiters, lameDuck);
    }

    /** Opens a scope inside this one. It begins in this one's state. */
    public Scope child(String name) {
        return child(name, threads);
    }

    /** The same with other threads for its forks. */
    public Scope child(String name, ThreadFactory threads) {
        return adopt(new Scope(name, branch, time, threads, waiters, Gate.narrow(time.nanos())));
    }

    /**
     * Opens a scope inside this one for much traffic from many threads.
     *
     * @param limit how much may be in flight, at least 1; {@link Integer#MAX_VALUE} for any number, which is also faster
     */
    public Scope busyChild(String name, int limit) {
        return adopt(
                new Scope(name, branch, time, threads, waiters, Gate.wide(limit, time.nanos())));
    }

    private Scope adopt(Scope child) {
        life.adopt(child.life);
        return child;
    }

    /** {@return what the scope is called} */
    public String name() {
        return branch.name();
    }

    /** {@return the names from the root down to this, such as {@code /work/requests}} */
    public String path() {
        return branch.path();
    }

    /** {@return how far its life has come} */
    public State state() {
        return life.state();
    }

    /**
     * Lets the calling thread's work in, or says why not. Never blocks.
     *
     * @param name what reports call the work
     */
    public Admission enter(String name) {
        return enter("", name, Peer.NOBODY);
    }

    /**
     * Lets the calling thread's work in, or says why not. Never blocks.
     *
     * @param verb first part of the name, such as an HTTP method; may be empty
     * @param subject second part of the name, such as a path
     * @param peer who waits for the answer
     */
    public Admission enter(String verb, String subject, Peer peer) {
        Objects.requireNonNull(verb, "verb");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(peer, "peer");
        return gate.admit(this, verb, subject, peer, null, Thread.currentThread());
    }

    /**
     * Starts {@code task} on a new thread. It is in flight before the thread starts, and a thread that fails to start
     * leaves no trace.
     *
     * @return the running task
     * @throws RejectedExecutionException if this scope lets nobody in, or only insiders and the caller is none
     */
    public <T extends @Nullable Object> Fork<T> fork(String name, Callable<T> task) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(task, "task");
        return Fork.start(admit(name), task, threads, null, _ -> {});
    }

    /**
     * Lets work in that will be given a thread later.
     *
     * @throws RejectedExecutionException if this scope lets nobody in, or only insiders and the caller is none
     */
    Permit admit(String name) {
        return admit("", name, null);
    }

    /** The same for a task of a group that belongs to {@code parent}. */
    Permit admit(String group, String name, @Nullable Permit parent) {
        return switch (gate.admit(this, group, name, Peer.NOBODY, parent, null)) {
            case Permit permit -> permit;
            case Refusal refusal -> throw life.rejection(group + name, refusal);
        };
    }

    /**
     * Refuses work from outside from now on, here and below, and tells the work inside ({@link RequestScope#onDrain}).
     * Returns at once. Does nothing if draining has begun already.
     *
     * @param deadline what {@link RequestScope#remaining} counts down to
     */
    public void drain(Deadline deadline) {
        life.drain(deadline);
    }

    /**
     * Lets nobody in any more, here and below, and interrupts every thread that is still inside. Returns at once. Calling
     * it again interrupts again.
     */
    public void cancel() {
        life.cancel();
    }

    /**
     * The same for much work, which does not all unwind at once then: interrupts it in batches, the next when all of the
     * one before has ended or has had its share of the time.
     *
     * @param deadline when the last batch has been interrupted at the latest
     * @throws InterruptedException if interrupted between two batches; the scope is cancelled, some work is not
     *     interrupted
     */
    public void cancel(Deadline deadline) throws InterruptedException {
        life.shut();
        life.cancel(running(), deadline);
    }

    /**
     * Waits until nothing is in flight here and below, or the deadline passes. Returns at once if that is so already;
     * the last one out wakes the waiting threads. Once this has returned {@code true} for the scope that was drained or
     * cancelled, nobody can enter it any more; a scope below it may still be entered by work of its siblings.
     *
     * @return {@code true} if nothing is in flight, {@code false} if work remained at the deadline
     * @throws IllegalStateException if the scope is still open, since new work could start after the answer; or if the
     *     calling code is work of this scope, which would wait for itself
     * @throws InterruptedException if interrupted while waiting; the scope is unchanged
     */
    public boolean join(Deadline deadline) throws InterruptedException {
        Termination.ensureOutside(this);
        return life.join(deadline);
    }

    /**
     * Cancels this scope, waits for what is inside and ends its life, whether or not everyone has left.
     *
     * @param grace how long interrupted work may take to end
     * @return what is still running all the same; empty if nothing is
     * @throws InterruptedException if interrupted while waiting; the scope is closed all the same
     */
    public List<Permit> close(Deadline grace) throws InterruptedException {
        cancel();
        try {
            join(grace);
        } finally {
            life.close();
        }
        return running();
    }

    /** {@return the time before the drain, in which everyone is let in and told} */
    public LameDuck lameDuck() {
        return lameDuck;
    }

    /** {@return whether {@code work} was admitted here or below} */
    public boolean encloses(RequestScope work) {
        return switch (work) {
            case Permit permit -> permit.scope().branch.isWithin(branch);
        };
    }

    /**
     * Takes back every task that executors here and below have accepted and not started. None of them starts any more, and
     * each comes back once.
     *
     * @return the tasks, those of one executor in the order of {@link ShutdownAwareExecutor#handBack}
     */
    public List<Unstarted> handBack() {
        List<Unstarted> unstarted = new ArrayList<>();
        branch.each(scope -> unstarted.addAll(scope.life.handBack()));
        return unstarted;
    }

    /** {@return the work that is in flight here and below, in no order; a copy} */
    public List<Permit> running() {
        List<Permit> running = new ArrayList<>();
        branch.each(scope -> scope.gate.eachPermit(running::add));
        return running;
    }

    /** {@return how much work is in flight here and below} */
    public int inFlight() {
        return life.inFlight();
    }

    /** {@return how often work that had ended was ended again, here and below: harmless, but a defect of the caller} */
    public long endedAgain() {
        return branch.sum(scope -> scope.gate.endedAgain());
    }

    /** {@return how often work has been refused here and below} */
    public long refused() {
        return branch.sum(scope -> scope.gate.refused());
    }

    /** {@return how much work from outside has come here and below once that was refused} */
    public long lateArrivals() {
        return branch.sum(scope -> scope.gate.late().count());
    }

    /** {@return how long ago the latest of {@link #lateArrivals} came; empty if none did} */
    public Optional<Duration> sinceLatestArrival() {
        if (lateArrivals() == 0) {
            return Optional.empty();
        }
        long latest = branch.latest(scope -> scope.gate.late().latest());
        return Optional.of(Duration.ofNanos(Math.max(0, time.nanos() - latest)));
    }

    /** {@return how much work has ended by itself here and below since draining began} */
    public long drained() {
        return branch.sum(scope -> scope.gate.drained());
    }

    Life life() {
        return life;
    }

    Branch branch() {
        return branch;
    }

    Gate gate() {
        return gate;
    }

    TimeSource time() {
        return time;
    }

    ThreadFactory threads() {
        return threads;
    }

    @Override
    public String toString() {
        return path() + " " + state() + ", " + inFlight() + " in flight";
    }
}
