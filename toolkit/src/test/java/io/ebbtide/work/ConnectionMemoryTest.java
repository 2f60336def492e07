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
        AutoCloseable action = () -> {};
        for (int i = 0; i < MANY; i++) {
            connections.tryTrack("http", "10.0.0.7", action);
        }

        assertThat(Heap.of(TrackedConnection.class)).isEqualTo(new Heap(MANY, MANY * 64L));
        assertThat(connections.connections()).hasSize(MANY);

        connections.closeAll(Deadline.never(TimeSource.system()));

        assertThat(Heap.of(TrackedConnection.class).instances()).isZero();
        assertThat(connections.active()).isZero();
    }

    @Test
    void isNothingForConnectionsThatComeAndGo() throws Exception {
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

        assertThat(Heap.of(TrackedConnection.class).instances()).isZero();
        assertThat(Heap.of(ConnectionPeer.class).instances()).isZero();
        assertThat(connections.stats().failed()).isEqualTo(MANY);
    }
}
