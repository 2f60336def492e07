package io.ebbtide.work;

import java.time.Duration;

/**
 * The time in which a scope lets it be known that it is about to drain, and lets everyone in all the same: those who send
 * work find another address meanwhile, and work that takes long to say goodbye may begin to.
 *
 * <p>Thread-safe.
 */
public final class LameDuck {

    private final Branch branch;
    private final WaitSet waiters;
    private final TimeSource time;

    /** Written under the tree's lock, before the work inside is looked at. */
    private volatile boolean begun;

    LameDuck(Branch branch, WaitSet waiters, TimeSource time) {
        this.branch = branch;
        this.waiters = waiters;
        this.time = time;
    }

    /** Begins it, here and below, and tells the work inside ({@link RequestScope#onLameDuck}). Returns at once. */
    public void begin() {
        moveTo(true);
        branch.each(scope -> scope.gate().eachPermit(work -> work.say(Goodbyes.When.LAME_DUCK)));
    }

    /** Ends it without a drain: who asks from now on is told the next time. Work that has been told is not told again. */
    public void callOff() {
        moveTo(false);
    }

    private void moveTo(boolean next) {
        synchronized (waiters) { // the tree's lock
            branch.each(scope -> scope.lameDuck().begun = next);
        }
    }

    /**
     * Waits until no work has entered for as long as {@code quiet}, or the deadline passes. Work inside may go on. What
     * {@link RequestScope#onLameDuck} starts is work that enters.
     *
     * @return whether it has been quiet
     * @throws InterruptedException if interrupted while waiting
     */
    public boolean awaitQuiet(Duration quiet, Deadline cap) throws InterruptedException {
        while (true) {
            long lastEntered = branch.latest(scope -> scope.gate().lastEntered());
            Duration left = quiet.minusNanos(time.nanos() - lastEntered);
            if (!left.isPositive()) {
                return true;
            }
            if (cap.isPassed()) {
                return false;
            }
            waiters.await(() -> false, cap.atMost(left));
        }
    }

    boolean hasBegun() {
        return begun;
    }

    /** A new scope begins as the one above it is. The caller holds the tree's lock. */
    void adopt(LameDuck child) {
        child.begun = begun;
    }
}
