package io.ebbtide.work;

import io.ebbtide.work.Scope.State;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * How a scope comes to its end: from open through draining and cancelled to closed, only forward, and together with what
 * is below it.
 *
 * <p>States are changed under one lock for the whole tree, under which nothing else happens; gates may be asked, and
 * waiting goes on, at any time.
 */
final class Life {

    /** So many threads are interrupted at once: what several batches cost is measured in docs/benchmarks.md. */
    private static final int BATCH = 2_000;

    /** How often a batch that has been interrupted is asked whether all of it has ended. */
    private static final Duration GLANCE = Duration.ofMillis(1);

    private final Branch branch;
    private final Gate gate;
    private final WaitSet waiters;
    private final LameDuck lameDuck;

    /** Written under {@link #treeLock()}. */
    private volatile State state = State.OPEN;

    /** The topmost life that drains with this one: who is inside of it is no outsider. Written before {@link #state}. */
    private volatile @Nullable Life drainRoot;

    /** Written before {@link #state}. */
    private volatile @Nullable Deadline drainDeadline;

    /** Told when {@link #state} has moved. Written before the state is looked at. */
    private final AtomicReference<@Nullable Tenant> tenant = new AtomicReference<>();

    Life(Branch branch, Gate gate, WaitSet waiters, LameDuck lameDuck) {
        this.branch = branch;
        this.gate = gate;
        this.waiters = waiters;
        this.lameDuck = lameDuck;
    }

    State state() {
        return state;
    }

    @Nullable Deadline drainDeadline() {
        return drainDeadline;
    }

    /** {@return whether the calling code belongs to work that still runs where this scope drains} */
    boolean isInsider() {
        Permit current = Permit.current();
        Life root = drainRoot;
        Branch inside = root == null ? branch : root.branch;
        return current != null && !current.isEnded() && current.scope().branch().isWithin(inside);
    }

    /** Puts a new scope below this one, in this one's state. */
    void adopt(Life child) {
        synchronized (treeLock()) {
            child.drainDeadline = drainDeadline;
            child.moveTo(state, drainRoot);
            lameDuck.adopt(child.lameDuck);
            branch.add(child.branch);
        }
    }

    void drain(Deadline deadline) {
        moveAll(
                life -> {
                    if (life.drainDeadline == null) {
                        life.drainDeadline = deadline;
                    }
                    life.moveTo(State.DRAINING, this);
                });
        branch.each(scope -> scope.gate().eachPermit(work -> work.say(Goodbyes.When.DRAIN)));
    }

    /** Refuses everyone from now on, insiders too, and lets what runs go on to its end. */
    void finish(Deadline deadline) {
        drain(deadline);
        seal();
        waiters.wake();
    }

    void cancel() {
        moveAll(life -> life.moveTo(State.CANCELLED, this));
        branch.each(scope -> scope.gate().eachPermit(Permit::interrupt));
    }

    void cancel(List<Permit> running, Deadline deadline) throws InterruptedException {
        int batches = Math.ceilDiv(running.size(), BATCH);
        for (int batch = 0; batch < batches; batch++) {
            int end = Math.min(running.size(), (batch + 1) * BATCH);
            List<Permit> interrupted = running.subList(batch * BATCH, end);
            interrupted.forEach(Permit::interrupt);
            int left = batches - batch - 1;
            if (left > 0) {
                Deadline share = deadline.atMost(deadline.remaining().dividedBy(left + 1L));
                boolean _ =
                        share.poll(() -> interrupted.stream().allMatch(Permit::isEnded), GLANCE);
            }
        }
    }

    /** Lets nobody in any more, and interrupts nobody. */
    void shut() {
        moveAll(life -> life.moveTo(State.CANCELLED, this));
    }

    /**
     * Waits until nothing is in flight.
     *
     * @throws IllegalStateException if the scope is open
     */
    boolean join(Deadline deadline) throws InterruptedException {
        if (state == State.OPEN) {
            throw new IllegalStateException(
                    "scope " + branch.path() + " is open: drain or cancel it before joining it");
        }
        return waiters.await(this::isSettled, deadline);
    }

    /** Waits for the end of a scope that may still be open when the waiting begins. */
    boolean awaitTermination(Deadline deadline) throws InterruptedException {
        return waiters.await(this::isOver, deadline);
    }

    void close() {
        moveAll(life -> life.moveTo(State.CLOSED, this));
        leaveTree();
        waiters.wake();
    }

    void lastOneLeft() {
        leaveTree();
        waiters.wake();
    }

    /** Who still runs in here keeps it in the tree, to be found there. */
    private void leaveTree() {
        if (state != State.CLOSED) {
            return;
        }
        Scope above = null;
        synchronized (treeLock()) {
            if (inFlight() == 0) {
                above = branch.removeFromAbove();
            }
            if (above != null) {
                above.gate().inherit(gate);
            }
        }
        if (above != null) {
            above.life().leaveTree(); // it may have been kept by us alone
        }
    }

    /**
     * Gives the scope to {@code tenant}.
     *
     * @throws IllegalStateException if it has one already
     */
    void settle(Tenant tenant) {
        if (!this.tenant.compareAndSet(null, tenant)) {
            throw new IllegalStateException(
                    "scope "
                            + branch.path()
                            + " has an executor or background tasks already; each needs a scope of"
                            + " its own");
        }
        if (state != State.OPEN) {
            tenant.scopeMoved();
        }
    }

    /** {@return what the tenant of this scope has accepted and not started} */
    List<Unstarted> handBack() {
        Tenant settled = tenant.get();
        return settled == null ? List.of() : settled.handBack();
    }

    int inFlight() {
        return (int) branch.sum(scope -> scope.gate().sum(Stripe::inFlight));
    }

    /** Whether nothing is in flight and nobody can enter any more, insiders of the drain root included. */
    boolean isOver() {
        Life root = drainRoot;
        if (state == State.OPEN || root == null) {
            return false;
        }
        return isSealed() ? inFlight() == 0 : root.isSettled();
    }

    /**
     * Whether nothing is in flight, for good. Counts of several scopes and stripes cannot be read at one instant, and
     * work may move on from one that has been read to one that has not. So they are read twice: if all were empty both
     * times and nothing was admitted in between, then there was an instant at which all were empty, and since only work
     * inside can let work in, it stays so.
     */
    private boolean isSettled() {
        long admissions = admissions();
        int first = inFlight();
        int second = inFlight();
        if (first != 0 || second != 0 || admissions() != admissions) {
            return false;
        }
        if (equals(drainRoot)) {
            seal();
            return inFlight() == 0;
        }
        return true;
    }

    private long admissions() {
        return branch.sum(scope -> scope.gate().sum(Stripe::admissions));
    }

    private boolean isSealed() {
        return branch.sum(scope -> scope.gate().sum(stripe -> stripe.isSealed() ? 0 : 1)) == 0;
    }

    private void seal() {
        branch.each(scope -> scope.gate().each(Stripe::seal));
    }

    private void moveAll(Consumer<Life> move) {
        synchronized (treeLock()) {
            branch.each(scope -> move.accept(scope.life()));
        }
        branch.each(scope -> scope.life().tellTenant());
        waiters.wake();
    }

    private void tellTenant() {
        Tenant settled = tenant.get();
        if (settled != null) {
            settled.scopeMoved();
        }
    }

    private void moveTo(State next, @Nullable Life root) {
        if (next.compareTo(state) < 0) {
            return;
        }
        if (root != null && (drainRoot == null || drainRoot.branch.isWithin(root.branch))) {
            drainRoot = root; // only ever a larger one: who has been an insider stays one
        }
        state = next;
        if (next != State.OPEN) {
            gate.each(next == State.DRAINING ? Stripe::drain : Stripe::seal);
        }
    }

    private Object treeLock() {
        return waiters; // one for the whole tree
    }

    /** {@return the answer to work that is refused} */
    RejectedExecutionException rejection(String name, Refusal refusal) {
        return new RejectedExecutionException(
                "scope "
                        + branch.path()
                        + " refuses '"
                        + name
                        + "': "
                        + refusal
                        + ", it is "
                        + state);
    }
}
