package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What 200,000 connections cost, counted by the JVM itself after a full collection. */
@Timeout(60)
class ConnectionMemoryTest {

    private static final int MANY = 200_000;

    private final Scope requests = Scope.open("requests", TimeSource.system());
    private final ConnectionTracker<String> connections = ConnectionTracker.open(requests);

    @Test
    void isSixtyFourBytesForEachAndNothingOnceTheyAreClosed() throws Exception {
        Heap others = Heap.of(TrackedConnection.class); // of tests whose threads have not ended yet
        AutoCloseable action = () -> {};
        for (int i = 0; i < MANY; i++) {
            connections.tryTrack("http", "10.0.0.7", action);
        }

        Heap all = Heap.of(TrackedConnection.class);
        assertThat(all.bytes()).isEqualTo(all.instances() * 64);
        assertThat(all.instances()).isBetween((long) MANY, MANY + others.instances());
        assertThat(connections.connections()).hasSize(MANY);

        connections.closeAll(Deadline.never(TimeSource.system()));

        assertThat(Heap.instances(TrackedConnection.class, others.instances()))
                .isLessThanOrEqualTo(others.instances());
        assertThat(connections.active()).isZero();
    }

    @Test
    void isNothingForConnectionsThatComeAndGo() throws Exception {
        long connectionsOfOthers = Heap.of(TrackedConnection.class).instances();
        long peersOfOthers = Heap.of(ConnectionPeer.class).instances();
        for (int i = 0; i < MANY; i++) {
            TrackedConnection<String> connection =
                    connections
                            .tryTrack(
                                    "http",
                                    "10.0.0.7",
                                    () -> {
                                        throw new IllegalStateException("reset by peer");
                                    })
                            .orElseThrow();
            ((Permit) connection.enter("GET", "/", Peer.NOBODY)).close();
            connection.close();
        }

        assertThat(Heap.instances(TrackedConnection.class, connectionsOfOthers))
                .isLessThanOrEqualTo(connectionsOfOthers);
        assertThat(Heap.instances(ConnectionPeer.class, peersOfOthers))
                .isLessThanOrEqualTo(peersOfOthers);
        assertThat(connections.stats().failed()).isEqualTo(MANY);
    }
}
