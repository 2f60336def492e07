package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
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
public final class Permit extends Occupancy implements Admission, RequestScope, AutoCloseable {

    static final ScopedValue<Permit> CURRENT = ScopedValue.newInstance();

    /** What ends a first part of a name that is no verb but a group: {@code prices/} and {@code eu} are {@code prices/eu}. */
    static final String IN_GROUP = "/";

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

    /** Guarded by this; {@code null} while there is none. */
    private @Nullable Goodbyes goodbyes;

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
        super(thread);
        this.scope = scope;
        this.stripe = stripe;
        this.verb = verb;
        this.subject = subject;
        this.peer = peer;
        this.parent = parent;
        this.startedAt = startedAt;
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
        return Duration.ofNanos(ageNanos());
    }

    /** The same, in nanoseconds. */
    long ageNanos() {
        return Math.max(0, scope.time().nanos() - startedAt);
    }

    @Override
    public boolean isDraining() {
        return scope.state() != Scope.State.OPEN;
    }

    @Override
    public Optional<Duration> remaining() {
        return Optional.ofNullable(scope.life().drainDeadline()).map(Deadline::remaining);
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
        if (!leaveForGood()) {
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

    /** Invariant 3 of {@link Stripe}. */
    @Override
    boolean isCut() {
        return stripe.isSealed() && scope.state().isCancelled();
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
        promise(Goodbyes.When.DRAIN, Objects.requireNonNull(goodbye, "goodbye"));
    }

    @Override
    public void onLameDuck(Runnable goodbye) {
        promise(Goodbyes.When.LAME_DUCK, Objects.requireNonNull(goodbye, "goodbye"));
    }

    private void promise(Goodbyes.When when, Runnable goodbye) {
        if (isDue(when)) {
            goodbye.run();
            return;
        }
        synchronized (this) {
            if (goodbyes == null) {
                goodbyes = new Goodbyes();
            }
            goodbyes.add(when, goodbye);
        }
        if (isDue(when)) {
            say(when); // it came in between, and may have passed us by
        }
    }

    private boolean isDue(Goodbyes.When when) {
        return isDraining() || (when == Goodbyes.When.LAME_DUCK && scope.lameDuck().hasBegun());
    }

    /** Starts the callbacks that are due as work of its own that belongs to this. */
    void say(Goodbyes.When moment) {
        List<Runnable> due;
        synchronized (this) {
            due = goodbyes == null ? List.of() : goodbyes.take(moment);
        }
        if (!due.isEmpty()) {
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
