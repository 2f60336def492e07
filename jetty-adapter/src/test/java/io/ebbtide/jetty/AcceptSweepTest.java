package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Closing a listener while clients storm it. */
@Timeout(120)
class AcceptSweepTest {

    private static final int CLIENTS = 6;

    private static final int NO_ACCEPTOR_TO_BE_CALLED = 0;
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Duration LONG_FOR_A_SWEEP = Duration.ofMillis(200);

    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    /** Without a sweep dozens are lost; without the filter one or two slip into the last gap. */
    @ParameterizedTest
    @CsvSource({"0, 127.0.0.1", "1, 127.0.0.1", "2, 127.0.0.1", "1, 0.0.0.0"})
    void letsInWhoeverHasConnectedAndRefusesTheOthers(int acceptors, String host) throws Exception {
        int rounds = 3;
        for (int i = 0; i < rounds; i++) {
            storm(acceptors, host);
        }

        assertThat(refused.get()).isEqualTo(rounds * CLIENTS);
        assertThat(lost.get()).isZero();
    }

    private void storm(int acceptors, String host) throws Exception {
        try (Swept swept = Swept.by(acceptors, host)) {
            CountDownLatch underWay = new CountDownLatch(200);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Runnable client = () -> connectUntilRefused(swept.port(), underWay);
                clients.add(Thread.ofPlatform().start(client));
            }
            underWay.await();

            swept.sweep(A_MINUTE);

            for (Thread client : clients) {
                client.join();
            }
        }
    }

    private void connectUntilRefused(int port, CountDownLatch underWay) {
        try {
            while (true) {
                try (RawClient client = RawClient.connect(port)) {
                    if (!client.exchange("/fast").isServed()) {
                        lost.incrementAndGet();
                    }
                    underWay.countDown();
                }
            }
        } catch (SocketException wanted) {
            refused.incrementAndGet();
        } catch (IOException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    void waitsForAHandshakeThatHasBegun() throws Throwable {
        try (Swept swept = Swept.by(NO_ACCEPTOR_TO_BE_CALLED, "127.0.0.1")) {
            DeferredAccept.on(swept.listener());
            try (RawClient client = RawClient.connect(swept.port())) {
                Thread sweeping = Thread.ofPlatform().daemon(true).start(() -> sweep(swept));
                assertThat(sweeping.join(LONG_FOR_A_SWEEP)).isFalse();

                assertThat(client.exchange("/fast").isServed()).isTrue();

                sweeping.join();
                assertThat(RawClient.isRefused(swept.port())).isTrue();
            }
        }
    }

    private static void sweep(Swept swept) {
        try {
            swept.sweep(A_MINUTE);
        } catch (IOException | InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    void doesNotWaitForAHandshakeThatDoesNotEnd() throws Throwable {
        try (Swept swept = Swept.by(NO_ACCEPTOR_TO_BE_CALLED, "127.0.0.1")) {
            DeferredAccept.on(swept.listener());
            try (RawClient client = RawClient.connect(swept.port())) {
                swept.sweep(Duration.ofMillis(200));

                assertThat(RawClient.isRefused(swept.port())).isTrue();
                assertThat(client.exchange("/fast").isServed()).isFalse();
            }
        }
    }

    /** Nobody can call it then: neither a client nor we. */
    @Test
    void letsInAFullQueueThatItsAcceptorLeavesBehind() throws Exception {
        BusyAcceptor acceptor = new BusyAcceptor();
        try (Swept swept = Swept.by(1, acceptor);
                RawClient first = RawClient.connect(swept.port())) {
            acceptor.busy.await();
            try (RawClient second = RawClient.connect(swept.port()); // a queue of one holds two
                    RawClient third = RawClient.connect(swept.port())) {
                Thread.ofPlatform()
                        .daemon(true)
                        .start(() -> acceptor.endOncePaused(swept.connector));

                swept.sweepWithoutItsSocket();

                assertThat(first.exchange("/fast").isServed()).isTrue();
                assertThat(second.exchange("/fast").isServed()).isTrue();
                assertThat(third.exchange("/fast").isServed()).isTrue();
                assertThat(RawClient.isRefused(swept.port())).isTrue();
            }
        }
    }

    /** Keeps an acceptor with its first client until it has been told to pause. */
    private static final class BusyAcceptor implements SelectorManager.AcceptListener {

        final CountDownLatch busy = new CountDownLatch(1);
        private final CountDownLatch told = new CountDownLatch(1);

        @Override
        public void onAccepting(SelectableChannel channel) {
            busy.countDown();
            try {
                told.await();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }

        void endOncePaused(ServerConnector connector) {
            while (connector.isAccepting()) {
                Thread.onSpinWait();
            }
            told.countDown();
        }
    }

    @Test
    void closesAListenerWithoutItsSocketToo() throws Exception {
        try (Swept swept = Swept.by(1, "127.0.0.1");
                RawClient client = RawClient.connect(swept.port())) {
            swept.sweepWithoutItsSocket();

            assertThat(client.exchange("/fast").isServed()).isTrue();
            assertThat(swept.connector.isOpen()).isFalse();
        }
    }

    @Test
    void doesNothingToAListenerThatIsClosed() throws Exception {
        try (Swept swept = Swept.notStarted()) {
            swept.sweepWithoutItsSocket();

            assertThat(swept.connector.isOpen()).isFalse();
        }
    }

    @Test
    void freesTheAddressAtOnce() throws Exception {
        try (Swept swept = Swept.by(1, "127.0.0.1")) {
            swept.sweep(A_MINUTE);

            assertThat(RawClient.isRefused(swept.port())).isTrue();
            try (ServerSocket next = new ServerSocket()) {
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), swept.port()));
                assertThat(next.isBound()).isTrue();
            }
        }
    }
}
