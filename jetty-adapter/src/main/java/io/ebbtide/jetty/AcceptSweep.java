package io.ebbtide.jetty;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connector's listener without losing a connection that the kernel has completed already:
 * whoever stands in the accept queue is let in first. Closing the listener at once would reset them
 * all.
 *
 * <p>Why these steps. {@code accept()} in blocking mode holds a lock of the channel, so that {@code
 * configureBlocking(false)} would wait for the next client; interrupting the acceptor closes the
 * channel and resets the queue. So the acceptors are told to pause and called once each. After that
 * the listener belongs to us: not blocking, {@code accept()} until there is nobody, {@code close()}
 * in the next instruction. The gap between those two is some 20 microseconds; who gets through the
 * handshake there is reset. {@link ListeningSocket} closes it: the kernel is told to begin no more
 * handshakes, those that have begun get the time they need ({@link Handshakes}), and then nobody can be
 * there.
 *
 * <p>Source: Jetty 12.1.14, {@code AbstractConnector.Acceptor.run} parks while {@code isAccepting}
 * is false; {@code ServerConnector.accepted} configures what it hands to the {@code
 * SelectorManager}; JDK 25, {@code ServerSocketChannelImpl.accept}.
 */
final class AcceptSweep {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");

    /**
     * An acceptor that was not in {@code accept()} takes no call; then this is all we wait. It may hold
     * a connection that nobody else knows of yet, and on a busy machine wait for a core meanwhile:
     * with 64 clients on two cores 50 ms were not enough once in some hundred stops.
     */
    private static final long ACCEPTORS_PAUSE_MILLIS = 500;

    /** For an acceptor that has to wait for a core although clients are there; else only a firewall costs this. */
    private static final long RELEASE_LIMIT_MILLIS = 2_000;

    /** One round of a selector takes a millisecond or four; this is for a machine under load. */
    private static final Duration DEREGISTER_LIMIT = Duration.ofMillis(250);

    private static final long DEREGISTER_LOOK_NANOS = 100_000;

    /** A last packet that was lost is asked for again after a second, and has the way to go. */
    private static final Duration LAST_HANDSHAKES = Duration.ofMillis(1_200);

    /** The last handshakes get one such part of the time that is left at most. */
    private static final int PARTS = 4;

    /** For handshakes where the kernel does not tell of them: a round trip in the same house. */
    private static final Duration UNSEEN_HANDSHAKES = Duration.ofMillis(20);

    private static final long HANDSHAKE_LOOK_NANOS = 1_000_000;

    private final ServerConnector connector;
    private final Arrivals arrivals;
    private final WakeCalls calls;
    private final @Nullable ListeningSocket socket;
    private final TimeSource time = TimeSource.system();

    /**
     * Prepares to close the listener of {@code connector}.
     *
     * @param socket of that listener; null if the kernel cannot or need not turn clients away
     */
    AcceptSweep(
            ServerConnector connector,
            Arrivals arrivals,
            WakeCalls calls,
            @Nullable ListeningSocket socket) {
        this.connector = connector;
        this.arrivals = arrivals;
        this.calls = calls;
        this.socket = socket;
    }

    /**
     * Lets in who waits and closes the listener. Does nothing if it is closed, and nothing more if
     * somebody closes it meanwhile.
     *
     * @param deadline until when it should be done; clients in a handshake get a quarter of the time at most
     * @throws IOException if the listener had to be closed before its queue was empty
     * @throws InterruptedException if interrupted; the listener is closed all the same
     */
    void run(Deadline deadline) throws IOException, InterruptedException {
        if (!(connector.getTransport() instanceof ServerSocketChannel listener)
                || !listener.isOpen()) {
            return;
        }
        AcceptQueue queue = new AcceptQueue(connector, listener, calls);
        try {
            if (connector.getAcceptors() == 0) {
                leaveSelector(listener);
            } else {
                pauseAcceptors(listener);
            }
            listener.configureBlocking(false);
            if (socket != null && socket.ignoreNewcomers()) {
                awaitHandshakes(queue, socket, deadline);
            }
            queue.takeAll();
            listener.close();
        } catch (ClosedChannelException somebodyElse) {
            LOG.log(Level.DEBUG, "a listener that was to be swept has been closed", somebodyElse);
        } finally {
            listener.close(); // ServerConnector.close() leaves it open when there are no acceptors
            connector.close();
            queue.letIn();
        }
    }

    /** Nobody begins a handshake any more; those that have begun get the time they need. */
    private void awaitHandshakes(AcceptQueue queue, ListeningSocket known, Deadline deadline)
            throws IOException {
        Duration part = deadline.remaining().dividedBy(PARTS);
        Deadline end = deadline.atMost(part).atMost(LAST_HANDSHAKES);
        Deadline blind = Deadline.in(UNSEEN_HANDSHAKES, time);
        do {
            try {
                queue.takeAll(); // which makes room for those that the kernel keeps waiting
            } finally {
                queue.letIn();
            }
            time.parkUntil(queue, time.nanos() + HANDSHAKE_LOOK_NANOS);
        } while (!end.isPassed() && isAnybodyConnecting(known, blind));
    }

    private boolean isAnybodyConnecting(ListeningSocket known, Deadline blind) {
        try {
            Set<InetSocketAddress> clients = known.handshakes();
            clients.removeIf(calls::isFrom);
            return !clients.isEmpty();
        } catch (IOException unknown) {
            LOG.log(Level.DEBUG, "the kernel does not tell of handshakes", unknown);
            return !blind.isPassed();
        }
    }

    /**
     * After this no acceptor is in {@code accept()}, nor on its way there: each accepts at most once
     * after it has been told to pause, so as many arrivals as acceptors mean that all have paused.
     * An acceptor on its way into a listener that does not block any more would get null from it, and
     * log a warning.
     */
    private void pauseAcceptors(ServerSocketChannel listener)
            throws IOException, InterruptedException {
        int acceptors = connector.getAcceptors();
        connector.setAccepting(false);
        CountDownLatch paused = arrivals.expect(acceptors); // not before: none may count twice
        calls.to(listener, acceptors);
        boolean all = paused.await(ACCEPTORS_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        if (!all
                && paused.getCount() == acceptors
                && calls.noneConnected()
                && !isReleased(listener)) {
            throw new IOException(
                    connector
                            + " cannot be called from its own machine (a firewall on "
                            + listener.getLocalAddress()
                            + "?): closed without serving its accept queue");
        }
    }

    /**
     * No call has got through: either we may not call ourselves, and an acceptor waits in {@code accept()} for
     * somebody else; or the accept queue is full, since the acceptors had to wait for a core, and paused without
     * taking anybody. In the second case there are clients to be let in, and nobody holds the listener.
     *
     * @return whether the listener has been let go, and does not block any more
     */
    private static boolean isReleased(ServerSocketChannel listener) throws InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        Runnable take =
                () -> {
                    try {
                        listener.configureBlocking(false);
                        released.countDown();
                    } catch (IOException closed) {
                        LOG.log(Level.DEBUG, "closed while an acceptor held it", closed);
                    }
                };
        Thread.ofPlatform().daemon(true).name("shutdown-accept-1").start(take);
        return released.await(RELEASE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Without acceptors the listener sits in a selector. A registered channel that is closed goes on
     * listening until the selector's next round, so leave it first. The selector tells nobody when
     * it has let go: hence the only loop here that looks again and again.
     */
    private void leaveSelector(ServerSocketChannel listener) {
        connector.setAccepting(false);
        Deadline giveUp = Deadline.in(DEREGISTER_LIMIT, time);
        while (listener.isRegistered() && !giveUp.isPassed()) {
            time.parkUntil(listener, time.nanos() + DEREGISTER_LOOK_NANOS);
        }
    }
}
