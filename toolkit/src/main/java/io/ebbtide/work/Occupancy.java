package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * Which thread is inside of a piece of work, and how it is interrupted there: only while it is inside, and so that it leaves
 * with its interrupt flag as it came. A part of {@link Permit}, and no object of its own because of what a request may weigh.
 *
 * <p>Thread-safe.
 */
public abstract sealed class Occupancy permits Permit {

    /** So often is looked again before the core is given to others. */
    private static final int PATIENCE = 64;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Occupancy.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** No thread is inside; one may come in. */
    private static final int EMPTY = 0;

    /** The visitor is inside. */
    private static final int OCCUPIED = 1;

    /** For a few instructions: a thread enters or is interrupted, and must not leave before that is done. */
    private static final int CHANGING = 2;

    /** The work has ended. */
    private static final int ENDED = 3;

    /**
     * One of those above; leaves {@code CHANGING} by whoever brought it there. No reference to the thread: a collector that
     * keeps books of references would have to look at each of a million stragglers again.
     */
    private volatile int state;

    /** The last thread that came in and has not yet put its flag back. Written while it enters, and by itself. */
    private @Nullable Thread visitor;

    /** Whether the visitor came in interrupted. Written while it enters, read by it. */
    private boolean interruptedBefore;

    /** Whether the visitor was interrupted in here. Written under {@code CHANGING}, read by it. */
    private boolean interruptedInside;

    /**
     * Nobody else knows this yet, so that nothing here needs a fence.
     *
     * @param thread who is inside from the start; {@code null} if nobody is yet
     */
    Occupancy(@Nullable Thread thread) {
        if (thread != null) {
            this.visitor = thread;
            this.interruptedBefore = thread.isInterrupted();
            STATE.set(this, OCCUPIED);
        }
    }

    /** {@return whether everyone who is inside, or comes in, is to be interrupted} */
    abstract boolean isCut();

    /** {@return whether this has been closed} */
    public boolean isEnded() {
        return state == ENDED;
    }

    /** {@return the thread that is inside; empty if the work goes on without one, or has ended} */
    public Optional<Thread> thread() {
        return state == OCCUPIED ? Optional.ofNullable(visitor) : Optional.empty();
    }

    /**
     * The calling thread begins to work on this. If the scope has been cancelled it is interrupted at once.
     *
     * <p>One thread is remembered; if one is inside already, or this has ended, nothing changes.
     */
    public void enterThread() {
        if (STATE.compareAndSet(this, EMPTY, CHANGING)) {
            Thread self = Thread.currentThread();
            interruptedBefore = self.isInterrupted();
            interruptedInside = false;
            visitor = self;
            state = OCCUPIED;
            interruptIfCut();
        }
    }

    /** The calling thread stops working on this, which stays in flight. Its interrupt flag is put back as it was. */
    public void leaveThread() {
        if (visitor == Thread.currentThread()) {
            boolean open = exit(CHANGING); // no, if another thread has ended this meanwhile
            boolean ours = takeVisitorsLeave();
            if (open) {
                state = EMPTY; // only now may the next thread come in
            }
            clearFlagIf(ours);
        }
    }

    /**
     * Lets nobody in any more. If the calling thread is the one inside, its interrupt flag is put back as it was.
     *
     * @return whether this call has ended it
     */
    boolean leaveForGood() {
        boolean ended = exit(ENDED);
        if (visitor == Thread.currentThread()) { // nobody else comes in any more: ours to change
            clearFlagIf(takeVisitorsLeave());
        }
        return ended;
    }

    /** Takes the thread out, after an interrupt on its way to it. {@return whether this call changed something} */
    @SuppressWarnings("ThreadPriorityCheck") // correct without it, and faster with it
    private boolean exit(int next) {
        for (int spins = 1; ; spins++) {
            int seen = state;
            if (seen == ENDED) {
                return false;
            }
            if (seen == CHANGING) { // a few instructions of enterThread() or interrupt()
                if (spins % PATIENCE == 0) {
                    Thread.yield(); // unless that thread has lost its core in between
                } else {
                    Thread.onSpinWait();
                }
            } else if (STATE.compareAndSet(this, seen, next)) {
                return true;
            }
        }
    }

    /** {@return whether the interrupt flag of the visitor, who leaves, comes from in here alone} */
    private boolean takeVisitorsLeave() {
        visitor = null;
        return interruptedInside && !interruptedBefore;
    }

    private static void clearFlagIf(boolean ours) {
        if (ours) {
            Thread.interrupted();
        }
    }

    /** Interrupts the thread inside, if there is one. */
    void interrupt() {
        if (state == OCCUPIED && STATE.compareAndSet(this, OCCUPIED, CHANGING)) {
            Thread thread = visitor; // stays while this is so
            interruptedInside = true;
            try {
                if (thread != null) {
                    Uncaught.run(thread::interrupt); // a thread of somebody else's class may throw
                }
            } finally {
                state = OCCUPIED;
            }
        }
    }

    /** For a thread that came in while the scope was being cancelled. */
    void interruptIfCut() {
        if (isCut()) {
            interrupt();
        }
    }
}
