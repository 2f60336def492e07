package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.work.ConnectionTracker.State;
import io.ebbtide.work.TrackerStats.Load;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(30)
class ClosingConnectionsTest {

    private final FakeTime time = new FakeTime();
    private final Scope requests = Scope.open("requests", time);
    private final ConnectionTracker<String> connections = ConnectionTracker.open(requests);
    private final List<String> closed = new CopyOnWriteArrayList<>();

    private TrackedConnection<String> track(String name) {
        return track(name, () -> closed.add(name));
    }

    private TrackedConnection<String> track(String name, AutoCloseable close) {
        return connections.tryTrack("http", name, close).orElseThrow();
    }

    private static Admission enter(TrackedConnection<String> connection) {
        return connection.enter("GET", "/", Peer.NOBODY);
    }

    private Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    @Nested
    class WhenIdleOnesAreClosed {

        @Test
        void leavesThoseOnWhichARequestRuns() throws Exception {
            track("idle");
            Permit permit = (Permit) enter(track("busy"));

            ClosedConnections<String> first = connections.closeIdle(in(1));
            assertThat(first).isEqualTo(new ClosedConnections<>(1, List.of(), List.of()));
            assertThat(closed).containsExactly("idle");
            permit.close();

            assertThat(connections.closeIdle(in(1)).closed()).isEqualTo(1);
            assertThat(closed).containsExactly("idle", "busy");
        }

        @Test
        void refusesARequestThatComesWhileItsConnectionCloses() throws Exception {
            AtomicReference<Admission> admission = new AtomicReference<>();
            AtomicReference<TrackedConnection<String>> connection = new AtomicReference<>();
            connection.set(track("a", () -> admission.set(enter(connection.get()))));

            connections.closeIdle(in(1));

            assertThat(admission.get()).isEqualTo(Refusal.SHUTTING_DOWN);
            assertThat(requests.inFlight()).isZero();
        }

        @Test
        void takesFurtherConnections() throws Exception {
            connections.closeIdle(in(1));

            assertThat(connections.tryTrack("http", "a", () -> {})).isPresent();
        }
    }

    @Nested
    class WhenAllAreClosed {

        @Test
        void leavesNothingOpenAndTakesNothingMore() throws Exception {
            track("a");
            enter(track("b"));

            ClosedConnections<String> result = connections.closeAll(in(1));

            assertThat(result.isClean()).isTrue();
            assertThat(result.closed()).isEqualTo(2);
            assertThat(closed).containsExactly("a", "b");
            assertThat(connections.active()).isZero();
            assertThat(connections.stats().state()).isEqualTo(State.CLOSED);
        }

        @Test
        void refusesAConnectionThatWasAcceptedBeforeTheSweepAndComesAfterIt() throws Exception {
            CountDownLatch socket = new CountDownLatch(1); // accepted, not yet tracked

            connections.closeAll(in(1));
            connections
                    .tryTrack("http", "late", () -> closed.add("by the tracker"))
                    .ifPresentOrElse(_ -> {}, socket::countDown);

            assertThat(socket.getCount()).as("closed by the acceptor").isZero();
            assertThat(closed).isEmpty();
        }

        @Test
        void namesThoseThatFail() throws Exception {
            track("good");
            IllegalStateException reset = new IllegalStateException("reset by peer");
            TrackedConnection<String> bad =
                    track(
                            "bad",
                            () -> {
                                throw reset;
                            });
            track("behind it");

            ClosedConnections<String> result = connections.closeAll(in(1));

            assertThat(result.closed()).isEqualTo(3);
            assertThat(result.failed()).containsExactly(bad);
            assertThat(result.isClean()).isFalse();
            assertThat(bad.failure()).contains(reset);
            assertThat(closed).containsExactly("good", "behind it");
        }

        @Test
        void letsActionsCloseThemselvesAndOthersAndAllOnceMore() throws Exception {
            List<TrackedConnection<String>> all = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                all.add(
                        track(
                                name,
                                () -> {
                                    all.forEach(TrackedConnection::close);
                                    connections.closeAll(Deadline.never(time));
                                    closed.add(name);
                                }));
            }

            assertThat(connections.closeAll(Deadline.never(time)).isClean()).isTrue();

            assertThat(closed).containsExactlyInAnyOrder("a", "b", "c");
        }

        @Test
        void findsNothingToDoTheSecondTime() throws Exception {
            track("a");
            connections.closeAll(in(1));

            assertThat(connections.closeAll(in(1)))
                    .isEqualTo(new ClosedConnections<>(0, List.of(), List.of()));
            assertThat(closed).containsExactly("a");
        }

        @Test
        void givesEachActionAClearInterruptFlag() throws Exception {
            List<Boolean> flags = new CopyOnWriteArrayList<>();
            track("a", () -> Thread.currentThread().interrupt());
            track("b", () -> flags.add(Thread.currentThread().isInterrupted()));

            connections.closeAll(in(1));

            assertThat(flags).containsExactly(false);
        }

        @Test
        void usesTheCallersThreadWhenTheSystemGivesNone() throws Exception {
            ConnectionTracker<String> poor =
                    new ConnectionTracker<>(
                            requests,
                            Integer.MAX_VALUE,
                            _ -> {
                                throw new OutOfMemoryError("unable to create native thread");
                            });
            AtomicReference<Thread> closer = new AtomicReference<>();
            poor.tryTrack("http", "a", () -> Thread.currentThread().interrupt());
            poor.tryTrack("http", "b", () -> closer.set(Thread.currentThread()));

            ClosedConnections<String> result = poor.closeAll(in(1));

            assertThat(result.closed()).isEqualTo(2);
            assertThat(closer.get()).isSameAs(Thread.currentThread());
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void holdsNoLockWhileAnActionRuns() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        TrackedConnection<String> slow =
                track(
                        "slow",
                        () -> {
                            closing.countDown();
                            release.await();
                        });
        Thread owner = Thread.ofPlatform().start(slow::close);
        closing.await();

        TrackedConnection<String> other = track("other");
        ((Permit) enter(other)).close();
        other.close();
        slow.close();
        assertThat(enter(slow)).isEqualTo(Refusal.SHUTTING_DOWN);
        assertThat(slow.isClosed()).isFalse();
        assertThat(slow.failure()).isEmpty();
        assertThat(slow.closer()).contains(owner);
        connections.stopAccepting();
        connections.resume();
        assertThat(connections.stats().total()).isEqualTo(new Load(1, 0));
        assertThat(connections.connections()).containsExactly(slow);
        assertThat(connections.drain(in(0))).isTrue();
        assertThat(connections.closeIdle(in(0)).open()).containsExactly(slow);
        assertThat(connections.closeAll(in(0)).open()).containsExactly(slow);

        release.countDown();
        owner.join();
        assertThat(connections.active()).isZero();
    }
}
