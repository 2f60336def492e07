package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One connection that a {@link ConnectionTracker} has taken. Its owner closes it when it is done with it; the tracker does
 * so when it closes idle or all connections. Whoever comes first runs the close action, and nobody runs it again.
 *
 * <pre>{@code
 * try (connection) {
 *     switch (connection.enter("GET", "/orders/42", peer)) {
 *         case Permit permit -> { try (permit) { permit.run(this::handle); } }
 *         case Refusal refusal -> answer(503);
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @param <T> what tells kinds of connections apart
 */
public final class TrackedConnection<T> implements AutoCloseable {

    /** How many characters of the detail are kept. */
    public static final int DETAIL_LIMIT = 200;

    private static final int CLOSING = 1 << 30;
    private static final int CLOSED = 1 << 31;
    private static final int IN_FLIGHT = CLOSING - 1;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(TrackedConnection.class, "word", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ConnectionTracker<T> tracker;
    private final long id;
    private final T type;
    private final String detail;
    private final long openedAt;

    /**
     * Bit 31: the action has ended, bit 30: somebody is to run it, the others: requests that run. One word, so that no
     * request starts on a connection that was found idle and is being closed.
     */
    private volatile int word;

    /** Read and then dropped by whoever set {@link #CLOSING}: what it holds is not needed any longer. */
    private @Nullable AutoCloseable action;

    /** Written by the thread that runs the action. */
    private volatile @Nullable Thread closer;

    /** Written before {@link #CLOSED} is set. */
    private @Nullable Throwable failure;

    // The neighbours in the tracker's list; guarded by its ConnectionRegister.
    @Nullable TrackedConnection<T> older;
    @Nullable TrackedConnection<T> younger;

    TrackedConnection(
            ConnectionTracker<T> tracker,
            long id,
            T type,
            String detail,
            long openedAt,
            AutoCloseable action) {
        this.tracker = tracker;
        this.id = id;
        this.type = type;
        this.detail = detail;
        this.openedAt = openedAt;
        this.action = action;
    }

    static String bounded(String detail) {
        return detail.length() <= DETAIL_LIMIT
                ? detail
                : detail.substring(0, DETAIL_LIMIT - 1) + "…";
    }

    /** {@return its number in its tracker, counted from 1} */
    public long id() {
        return id;
    }

    /** {@return what kind of connection it is} */
    public T type() {
        return type;
    }

    /** {@return what reports say about it, such as the address of the other side} */
    public String detail() {
        return detail;
    }

    /** {@return for how long it has been tracked} */
    public Duration age() {
        return Duration.ofNanos(Math.max(0, tracker.requests().time().nanos() - openedAt));
    }

    /** {@return how many requests run on it} */
    public int inFlight() {
        return word & IN_FLIGHT;
    }

    /** {@return whether its close action has ended} */
    public boolean isClosed() {
        return (word & CLOSED) != 0;
    }

    boolean isClosing() {
        return (word & CLOSING) != 0;
    }

    boolean isIdle() {
        return word == 0;
    }

    /** {@return what the close action threw; empty if it has not} */
    public Optional<Throwable> failure() {
        return isClosed() ? Optional.ofNullable(failure) : Optional.empty();
    }

    /** {@return the thread that runs the close action at this moment} */
    public Optional<Thread> closer() {
        return Optional.ofNullable(closer);
    }

    /**
     * Lets a request on this connection into the tracker's scope, as {@link Scope#enter(String, String, Peer)} does. It
     * runs on this connection until its permit is closed.
     *
     * @return the permit, or why not; {@link Refusal#SHUTTING_DOWN} also if the connection is closed or about to be
     */
    public Admission enter(String verb, String subject, Peer peer) {
        Objects.requireNonNull(peer, "peer");
        if (!countIn()) {
            return Refusal.SHUTTING_DOWN;
        }
        Admission admission = Refusal.SHUTTING_DOWN;
        try {
            admission = tracker.requests().enter(verb, subject, new ConnectionPeer(this, peer));
        } finally {
            if (admission instanceof Refusal) {
                countOut();
            }
        }
        return admission;
    }

    private boolean countIn() {
        while (true) {
            int before = word;
            if ((before & CLOSING) != 0) {
                return false;
            }
            if (WORD.compareAndSet(this, before, before + 1)) {
                return true;
            }
        }
    }

    void countOut() {
        WORD.getAndAdd(this, -1);
    }

    /**
     * Runs the close action and has the tracker forget the connection, unless somebody has begun to: then this returns at
     * once. Requests that run on it are not touched. Never throws: what the action throws is kept as {@link #failure} and
     * counted in {@link TrackerStats#failed}.
     */
    @Override
    public void close() {
        int before = (int) WORD.getAndBitwiseOr(this, CLOSING);
        if ((before & CLOSING) == 0) {
            runAction();
        }
    }

    /** The same, unless a request runs. */
    void closeIfIdle() {
        if (WORD.compareAndSet(this, 0, CLOSING)) {
            runAction();
        }
    }

    private void runAction() {
        AutoCloseable due = Objects.requireNonNull(action);
        action = null;
        closer = Thread.currentThread();
        try {
            due.close();
        } catch (Throwable thrown) {
            failure = thrown;
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        } finally {
            closer = null;
            WORD.getAndBitwiseOr(this, CLOSED);
            tracker.closed(this);
        }
    }

    @Override
    public String toString() {
        return "#" + id + " " + detail + ", " + inFlight() + " in flight";
    }
}
