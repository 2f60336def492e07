package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/** Acceptors that go on while a tracker stops, closes what is idle and sweeps: nobody forgets a socket. */
@Timeout(60)
class BusyConnectionsTest {

    private static final int ACCEPTORS = 4;
    private static final int EACH = 500;

    private final TimeSource time = TimeSource.system();
    private final Scope requests = Scope.open("requests", time);
    private final ConnectionTracker<String> connections = ConnectionTracker.open(requests, 200);
    private final Queue<Desk.Socket> sockets = new ConcurrentLinkedQueue<>();
    private final CountDownLatch halfway = new CountDownLatch(ACCEPTORS * EACH / 2);

    @RepeatedTest(20)
    void leaveNoSocketOpenAndCloseNoneTwice() throws Exception {
        List<Thread> acceptors = new ArrayList<>();
        for (int i = 0; i < ACCEPTORS; i++) {
            acceptors.add(Thread.ofPlatform().start(this::acceptAndServe));
        }
        halfway.await();

        connections.closeIdle(in(Duration.ofSeconds(20)));
        connections.drain(in(Duration.ZERO));
        ClosedConnections<String> swept = connections.closeAll(in(Duration.ofSeconds(20)));
        for (Thread acceptor : acceptors) {
            acceptor.join();
        }

        assertThat(swept.open()).isEmpty();
        assertThat(sockets)
                .hasSize(ACCEPTORS * EACH)
                .allSatisfy(socket -> assertThat(socket.closings()).isEqualTo(1));
        assertThat(connections.active()).isZero();
        assertThat(requests.inFlight()).isZero();
        TrackerStats<String> stats = connections.stats();
        assertThat(stats.tracked() + stats.refused()).isEqualTo(ACCEPTORS * EACH);
    }

    private Deadline in(Duration budget) {
        return Deadline.in(budget, time);
    }

    private void acceptAndServe() {
        for (int i = 0; i < EACH; i++) {
            Desk.Socket socket = new Desk.Socket();
            sockets.add(socket);
            connections.tryTrack("http", "", socket).ifPresentOrElse(this::serve, socket::close);
            halfway.countDown();
        }
    }

    /** Most clients hang up; the others stay, and are the tracker's to close. */
    private void serve(TrackedConnection<String> connection) {
        if (connection.enter("GET", "/", Peer.NOBODY) instanceof Permit permit) {
            permit.close();
        }
        if (ThreadLocalRandom.current().nextInt(20) > 0) {
            connection.close();
        }
    }
}
