package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

@Timeout(30)
class TrackedConnectionTest {

    private final FakeTime time = new FakeTime();
    private final Scope requests = Scope.open("requests", time);
    private final ConnectionTracker<String> connections = ConnectionTracker.open(requests);

    private TrackedConnection<String> track(AutoCloseable close) {
        return connections.tryTrack("http", "10.0.0.7:51234", close).orElseThrow();
    }

    private static Admission enter(TrackedConnection<String> connection) {
        return connection.enter("GET", "/", Peer.NOBODY);
    }

    @Test
    void keepsTwoHundredCharactersOfItsDetail() {
        TrackedConnection<String> connection =
                connections.tryTrack("http", "x".repeat(1 << 20), () -> {}).orElseThrow();

        assertThat(connection.detail()).hasSize(TrackedConnection.DETAIL_LIMIT).endsWith("x…");
    }

    @Nested
    class WithRequests {

        @Test
        void countsEachFromEnterToTheEndOfItsPermit() {
            TrackedConnection<String> connection = track(() -> {});
            Permit permit = (Permit) enter(connection);
            assertThat(connection.inFlight()).isEqualTo(1);
            assertThat(requests.running()).containsExactly(permit);

            permit.close();
            permit.close();

            assertThat(connection.inFlight()).isZero();
            assertThat(requests.inFlight()).isZero();
        }

        @Test
        void countsARequestThatHasLeftItsThread() throws Exception {
            TrackedConnection<String> connection = track(() -> {});
            Permit async = (Permit) enter(connection);
            async.leaveThread();
            assertThat(connection.inFlight()).isEqualTo(1);

            Thread.ofPlatform().start(async::close).join();

            assertThat(connection.inFlight()).isZero();
        }

        @Test
        void countsNothingThatTheScopeRefuses() {
            TrackedConnection<String> connection = track(() -> {});
            requests.drain(Deadline.in(Duration.ZERO, time));

            assertThat(enter(connection)).isEqualTo(Refusal.SHUTTING_DOWN);
            assertThat(connection.inFlight()).isZero();
        }

        @Test
        void saysWhenTheScopeIsFull() {
            ConnectionTracker<String> one = ConnectionTracker.open(requests.busyChild("one", 1));
            TrackedConnection<String> connection =
                    one.tryTrack("http", "a", () -> {}).orElseThrow();
            enter(connection);

            assertThat(enter(connection)).isEqualTo(Refusal.LIMIT_REACHED);
            assertThat(connection.inFlight()).isEqualTo(1);
        }

        @Test
        void refusesNullsAndCountsNothing() {
            TrackedConnection<String> connection = track(() -> {});

            assertThatThrownBy(() -> connection.enter("GET", "/", null)).hasMessage("peer");
            assertThatThrownBy(() -> connection.enter("GET", null, Peer.NOBODY))
                    .hasMessage("subject");

            assertThat(connection.inFlight()).isZero();
            assertThat(requests.inFlight()).isZero();
        }

        @Test
        void passesOnWhatIsSaidToThePeer() {
            List<Object> said = new ArrayList<>();
            Permit permit = (Permit) track(() -> {}).enter("GET", "/", new Recorder(said));

            permit.peer().answer(permit);
            permit.peer().cut(permit);

            assertThat(said).containsExactly("answer", permit, "cut", permit);
            assertThat(permit.peer().detail()).isEqualTo("17 bytes");
        }

        private record Recorder(List<Object> said) implements Peer {
            @Override
            public void answer(Permit permit) {
                said.addAll(List.of("answer", permit));
            }

            @Override
            public void cut(Permit permit) {
                said.addAll(List.of("cut", permit));
            }

            @Override
            public String detail() {
                return "17 bytes";
            }
        }
    }

    @Nested
    class WhenClosed {

        private final List<String> closings = new ArrayList<>();

        @Test
        void runsItsActionOnceHoweverOftenItIsTold() {
            TrackedConnection<String> connection = track(() -> closings.add("closed"));

            connection.close();
            connection.close();

            assertThat(closings).containsExactly("closed");
            assertThat(connection.isClosed()).isTrue();
            assertThat(connections.active()).isZero();
        }

        @Test
        void isForgottenAlsoIfItsActionThrows() {
            AssertionError broken = new AssertionError("broken");
            TrackedConnection<String> connection = track(failingWith(broken));

            connection.close();

            assertThat(connection.failure()).contains(broken);
            assertThat(connections.active()).isZero();
            assertThat(connections.stats().failed()).isEqualTo(1);
        }

        @Test
        void keepsTheInterruptThatItsActionMet() {
            TrackedConnection<String> connection = track(failingWith(new InterruptedException()));

            connection.close();

            assertThat(Thread.interrupted()).isTrue();
            assertThat(connection.failure()).containsInstanceOf(InterruptedException.class);
        }

        @Test
        void letsNoRequestStart() {
            TrackedConnection<String> connection = track(() -> {});
            connection.close();

            assertThat(enter(connection)).isEqualTo(Refusal.SHUTTING_DOWN);
            assertThat(requests.inFlight()).isZero();
        }

        @Test
        void leavesARequestRunning() {
            TrackedConnection<String> connection = track(() -> {});
            Permit permit = (Permit) enter(connection);

            connection.close();

            assertThat(requests.running()).containsExactly(permit);
            permit.close();
            assertThat(connection.inFlight()).isZero();
            assertThat(connection.isClosed()).isTrue();
        }

        private static AutoCloseable failingWith(Throwable failure) {
            return () -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (Exception) failure;
            };
        }
    }
}
