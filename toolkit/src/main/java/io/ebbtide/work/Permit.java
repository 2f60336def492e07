package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * One admitted piece of work: a request, a task, a fork. It is in flight from the moment it is given until it is closed.
 *
 * <pre>{@code
 * try (permit) {
 *     permit.run(() -> handle(request));
 * }
 * }</pre>
 *
 * <p>The thread that entered counts as inside until it closes the permit, or until {@link #leaveThread} if the work goes
 * on elsewhere. Only a thread that is inside is ever interrupted, and it leaves with its interrupt flag as it came.
 *
 * <p>Thread-safe. Closing is one-shot: every further call does nothing.
 */
public final class Permit implements Admission, RequestScope, AutoCloseable {

    static final ScopedValue<Permit> CURRENT = ScopedValue.newInstance();

    /** What ends a first part of a name that is no verb but a group: {@code prices/} and {@code eu} are {@code prices/eu}. */
    static final String IN_GROUP = "/";

    /** So often is looked again before the core is given to others. */
    private static final int PATIENCE = 64;

    private static final VarHandle INSIDE;

    static {
        try {
            INSIDE = MethodHandles.lookup().findVarHandle(Permit.class, "inside", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What {@link #inside} holds beside a thread; {@code null} there means that no thread is inside. */
    private enum Mark {
        /** For a few instructions: a thread enters or is interrupted, and must not leave before that is done. */
        CHANGING,
        /** The permit is closed. */
        ENDED
    }

    private final Scope scope;
    private final Stripe stripe;
    private final String verb;
    private final String subject;
    private final Peer peer;
    private final @Nullable Permit parent;
    private final long startedAt;

    /** Where this is registered. Written by the entering thread before it is published there. */
    private Permit @Nullable [] chunk;

    private int slot;

    /** The thread inside, {@code null} or a {@link Mark}; leaves {@code CHANGING} by whoever brought it there. */
    private volatile @Nullable Object inside;

    /** The last thread that came in and has not yet put its flag back. Written while it enters, and by itself. */
    private @Nullable Thread visitor;

    /** Whether the visitor came in interrupted. Written while it enters, read by it. */
    private boolean interruptedBefore;

    /** Whether the visitor was interrupted in here. Written under {@code CHANGING}, read by it. */
    private boolean interruptedInside;

    /** Guarded by this; {@code null} while there is none, and again once they have been called. */
    private @Nullable List<Runnable> goodbyes;

    /** Guarded by this; {@code null} while there is none. */
    private @Nullable Notes notes;

    /**
     * A permit that is counted and not registered yet: nobody else knows it, so that nothing here needs a fence.
     *
     * @param thread who is inside from the start; {@code null} if nobody is yet
     */
    Permit(
            Scope scope,
            Stripe stripe,
            String verb,
            String subject,
            Peer peer,
            @Nullable Permit parent,
            long startedAt,
            @Nullable Thread thread) {
        this.scope = scope;
        this.stripe = stripe;
        this.verb = verb;
        this.subject = subject;
        this.peer = peer;
        this.parent = parent;
        this.startedAt = startedAt;
        this.visitor = thread;
        INSIDE.set(this, thread);
        this.interruptedBefore = thread != null && thread.isInterrupted();
    }

    static @Nullable Permit current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** Runs {@code body} with this as {@link RequestScope#current()}. */
    public void run(Runnable body) {
        ScopedValue.where(CURRENT, this).run(body);
    }

    /** Calls {@code body} with this as {@link RequestScope#current()} and returns what it returns. */
    public <T extends @Nullable Object, X extends Throwable> T call(
            ScopedValue.CallableOp<? extends T, X> body) throws X {
        return ScopedValue.where(CURRENT, this).<T, X>call(body);
    }

    @Override
    public String name() {
        return verb.isEmpty() || verb.endsWith(IN_GROUP) ? verb + subject : verb + " " + subject;
    }

    /** {@return where this runs: the names from the root of the tree down to this} */
    public String path() {
        return (parent == null ? scope.path() : parent.path()) + "/" + name();
    }

    /** {@return the scope that admitted this} */
    public Scope scope() {
        return scope;
    }

    /** {@return who waits for the answer} */
    public Peer peer() {
        return peer;
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(Math.max(0, scope.time().nanos() - startedAt));
    }

    @Override
    public boolean isDraining() {
        return scope.state() != Scope.State.OPEN;
    }

    @Override
    public Optional<Duration> remaining() {
        return scope.drainDeadline().map(Deadline::remaining);
    }

    /** {@return whether this has been closed} */
    public boolean isEnded() {
        return inside == Mark.ENDED;
    }

    /** {@return the thread that is inside; empty if the work goes on without one, or has ended} */
    public Optional<Thread> thread() {
        return inside instanceof Thread thread ? Optional.of(thread) : Optional.empty();
    }

    /**
     * The calling thread begins to work on this. If the scope has been cancelled it is interrupted at once.
     *
     * <p>One thread is remembered; if one is inside already, or this has ended, nothing changes.
     */
    public void enterThread() {
        if (INSIDE.compareAndSet(this, null, Mark.CHANGING)) {
            Thread self = Thread.currentThread();
            interruptedBefore = self.isInterrupted();
            interruptedInside = false;
            visitor = self;
            inside = self;
            interruptIfSealed();
        }
    }

    /** The calling thread stops working on this, which stays in flight. Its interrupt flag is put back as it was. */
    public void leaveThread() {
        if (visitor == Thread.currentThread()) {
            boolean open = exit(Mark.CHANGING); // no, if another thread has ended this meanwhile
            boolean ours = takeVisitorsLeave();
            if (open) {
                inside = null; // only now may the next thread come in
            }
            clearFlagIf(ours);
        }
    }

    /** Ends this. If the calling thread is the one inside, its interrupt flag is put back as it was. */
    @Override
    public void close() {
        long before = end();
        if (Stripe.wasDrained(before)) {
            scope.gate().drainedOne();
        }
        if (Stripe.wasLast(before)) {
            scope.life().lastOneLeft();
        }
    }

    /** Ends this, whose work has never begun: nothing has been drained. */
    void withdraw() {
        if (Stripe.wasLast(end())) {
            scope.life().lastOneLeft();
        }
    }

    /** {@return the word of the stripe before this left it; 0 if this has not left it now} */
    private long end() {
        boolean ended = exit(Mark.ENDED);
        if (visitor == Thread.currentThread()) { // nobody else comes in any more: ours to change
            clearFlagIf(takeVisitorsLeave());
        }
        if (!ended) {
            scope.gate().endedOneAgain();
            return 0;
        }
        if (chunk == null) {
            return 0;
        }
        if (peer instanceof ConnectionPeer onConnection) {
            onConnection.requestEnded();
        }
        return stripe.leave(chunk, slot);
    }

    /** Takes the thread out, after an interrupt on its way to it. {@return whether this call changed something} */
    @SuppressWarnings("ThreadPriorityCheck") // correct without it, and faster with it
    private boolean exit(Mark next) {
        for (int spins = 1; ; spins++) {
            Object seen = inside;
            if (seen == Mark.ENDED) {
                return false;
            }
            if (seen == Mark.CHANGING) { // a few instructions of enterThread() or interrupt()
                if (spins % PATIENCE == 0) {
                    Thread.yield(); // unless that thread has lost its core in between
                } else {
                    Thread.onSpinWait();
                }
            } else if (INSIDE.compareAndSet(this, seen, next)) {
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
        if (inside instanceof Thread thread && INSIDE.compareAndSet(this, thread, Mark.CHANGING)) {
            interruptedInside = true;
            try {
                Uncaught.run(thread::interrupt); // a thread of somebody else's class may throw
            } finally {
                inside = thread;
            }
        }
    }

    /** For a thread that came in while the scope was being cancelled (invariant 3 of {@link Stripe}). */
    void interruptIfSealed() {
        if (stripe.isSealed() && scope.state().isCancelled()) {
            interrupt();
        }
    }

    @Override
    public synchronized void note(String key, String value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        if (notes == null) {
            notes = new Notes();
        }
        notes.put(key, value);
    }

    @Override
    public synchronized Map<String, String> notes() {
        return notes == null ? Map.of() : notes.copy();
    }

    @Override
    public void onDrain(Runnable goodbye) {
        Objects.requireNonNull(goodbye, "goodbye");
        if (isDraining()) {
            goodbye.run();
            return;
        }
        synchronized (this) {
            if (goodbyes == null) {
                goodbyes = new ArrayList<>(1);
            }
            goodbyes.add(goodbye);
        }
        if (isDraining()) {
            sayGoodbye(); // draining began in between, and may have passed us by
        }
    }

    /** Starts the callbacks of {@link #onDrain} as work of its own that belongs to this. */
    void sayGoodbye() {
        List<Runnable> due;
        synchronized (this) {
            due = goodbyes;
            goodbyes = null;
        }
        if (due != null) {
            start(due);
        }
    }

    private void start(List<Runnable> due) {
        Runnable all = () -> due.forEach(Uncaught::run);
        try {
            run(() -> scope.fork(name() + " goodbye", Executors.callable(all)));
        } catch (RejectedExecutionException nobodyLeft) {
            return; // this has ended, or the scope was cancelled, in this moment
        } catch (Throwable noThread) {
            Uncaught.tell(noThread); // others are told all the same
        }
    }

    long startedAt() {
        return startedAt;
    }

    boolean settleAt(Permit[] chunk, int slot) {
        this.chunk = chunk;
        this.slot = slot;
        return Stripe.occupy(chunk, slot, this);
    }
}
