package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

import javax.management.JMException;
import javax.management.ObjectName;

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

        assertThat(heap(TrackedConnection.class)).isEqualTo(new Heap(MANY, MANY * 64L));
        assertThat(connections.connections()).hasSize(MANY);

        connections.closeAll(Deadline.never(TimeSource.system()));

        assertThat(heap(TrackedConnection.class).instances()).isZero();
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

        assertThat(heap(TrackedConnection.class).instances()).isZero();
        assertThat(heap(ConnectionPeer.class).instances()).isZero();
        assertThat(connections.stats().failed()).isEqualTo(MANY);
    }

    private record Heap(long instances, long bytes) {}

    /** Source: the lines of {@code jcmd GC.class_histogram}: number, instances, bytes, class. */
    private static Heap heap(Class<?> type) throws JMException {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> Arrays.asList(words).contains(type.getName()))
                .map(words -> new Heap(Long.parseLong(words[1]), Long.parseLong(words[2])))
                .findFirst()
                .orElse(new Heap(0, 0));
    }
}
