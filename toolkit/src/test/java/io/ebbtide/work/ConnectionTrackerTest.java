package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.work.ConnectionTracker.State;
import io.ebbtide.work.TrackerStats.Load;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class ConnectionTrackerTest {

    private enum Kind {
        HTTP,
        REDIS
    }

    private final FakeTime time = new FakeTime();
    private final Scope requests = Scope.open("requests", time);
    private final ConnectionTracker<Kind> connections = ConnectionTracker.open(requests);
    private final List<String> closed = new ArrayList<>();

    private TrackedConnection<Kind> track(Kind kind, String detail) {
        return connections.tryTrack(kind, detail, () -> closed.add(detail)).orElseThrow();
    }

    private static Permit enter(TrackedConnection<Kind> connection) {
        return (Permit) connection.enter("GET", "/", Peer.NOBODY);
    }

    private Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    @Nested
    class WhileAccepting {

        @Test
        void countsConnectionsAndWhatRunsOnThemByType() {
            enter(track(Kind.HTTP, "a"));
            TrackedConnection<Kind> multiplexed = track(Kind.HTTP, "b");
            enter(multiplexed);
            enter(multiplexed);
            track(Kind.REDIS, "c");

            TrackerStats<Kind> stats = connections.stats();

            assertThat(stats.total()).isEqualTo(new Load(3, 3));
            assertThat(stats.byType())
                    .containsEntry(Kind.HTTP, new Load(2, 3))
                    .containsEntry(Kind.REDIS, new Load(1, 0));
            assertThat(stats.state()).isEqualTo(State.ACCEPTING);
        }

        @Test
        void knowsEachConnection() {
            track(Kind.HTTP, "first");
            TrackedConnection<Kind> second = track(Kind.REDIS, "10.0.0.7:51234");
            time.advance(Duration.ofSeconds(3));

            assertThat(second.id()).isEqualTo(2);
            assertThat(second.type()).isEqualTo(Kind.REDIS);
            assertThat(second.age()).isEqualTo(Duration.ofSeconds(3));
            assertThat(second).hasToString("#2 10.0.0.7:51234, 0 in flight");
            assertThat(connections.connections()).last().isSameAs(second);
            assertThat(connections).hasToString("ACCEPTING, 2 connections");
        }

        @Test
        void forgetsConnectionsInWhateverOrderTheirOwnersCloseThem() {
            List<TrackedConnection<Kind>> all = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                all.add(track(Kind.HTTP, name));
            }

            all.get(1).close();
            assertThat(connections.connections())
                    .containsExactly(all.get(0), all.get(2), all.get(3));
            all.get(3).close();
            assertThat(connections.connections()).containsExactly(all.get(0), all.get(2));
            all.get(0).close();
            assertThat(connections.connections()).containsExactly(all.get(2));
            all.get(2).close();

            assertThat(connections.connections()).isEmpty();
            assertThat(connections.active()).isZero();
            assertThat(connections.stats().tracked()).isEqualTo(4);
            assertThat(connections.stats().byType()).isEmpty();
            assertThat(closed).containsExactly("b", "d", "a", "c");
        }

        @Test
        void refusesMoreThanItsLimitUntilOneIsClosed() {
            ConnectionTracker<Kind> few = ConnectionTracker.open(requests, 2);
            TrackedConnection<Kind> first = few.tryTrack(Kind.HTTP, "1", () -> {}).orElseThrow();
            few.tryTrack(Kind.HTTP, "2", () -> {});

            assertThat(few.tryTrack(Kind.HTTP, "3", () -> closed.add("3"))).isEmpty();
            assertThat(closed).as("whoever accepted it closes it").isEmpty();
            first.close();

            assertThat(few.tryTrack(Kind.HTTP, "4", () -> {})).isPresent();
            assertThat(few.stats().refused()).isEqualTo(1);
            assertThat(few.stats().tracked()).isEqualTo(3);
        }
    }

    @Nested
    class OnceStopped {

        @Test
        void refusesConnectionsUntilItResumes() {
            connections.stopAccepting();
            assertThat(connections.tryTrack(Kind.HTTP, "a", () -> {})).isEmpty();
            assertThat(connections.stats().state()).isEqualTo(State.STOPPED);

            connections.resume();

            assertThat(connections.tryTrack(Kind.HTTP, "b", () -> {})).isPresent();
        }

        @Test
        void letsRequestsStartOnTheConnectionsThatItHas() {
            TrackedConnection<Kind> connection = track(Kind.HTTP, "a");
            connections.stopAccepting();

            assertThat(connection.enter("GET", "/", Peer.NOBODY)).isInstanceOf(Permit.class);
        }

        @Test
        void doesNotResumeWhenAllConnectionsWereClosed() throws Exception {
            connections.closeAll(in(1));
            connections.stopAccepting();

            assertThatThrownBy(connections::resume)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("connections are closed for good: nothing to resume");
        }

        @Test
        void doesNotResumeWhenItsScopeDrains() throws Exception {
            connections.drain(in(1));

            assertThatThrownBy(connections::resume)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("scope /requests is DRAINING: nothing to resume");
            assertThat(connections.stats().state()).isEqualTo(State.STOPPED);
        }
    }

    @Nested
    class WhileDraining {

        @Test
        void waitsForRequestsAndNotForClientsThatStay() throws Exception {
            track(Kind.HTTP, "a client that never closes");
            TrackedConnection<Kind> busy = track(Kind.HTTP, "b");
            Permit permit = enter(busy);
            AtomicInteger seen = new AtomicInteger(-1);
            Thread coordinator =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        assertThat(drain(in(10))).isTrue();
                                        seen.set(busy.inFlight());
                                    });
            time.awaitWaiters(1);

            permit.close();
            coordinator.join();

            assertThat(seen).as("requests on it once the scope was empty").hasValue(0);
            assertThat(connections.active()).isEqualTo(2);
        }

        @Test
        void refusesConnectionsAndRequests() throws Exception {
            TrackedConnection<Kind> connection = track(Kind.HTTP, "a");

            connections.drain(in(1));

            assertThat(connections.tryTrack(Kind.HTTP, "late", () -> {})).isEmpty();
            assertThat(connection.enter("GET", "/", Peer.NOBODY)).isEqualTo(Refusal.SHUTTING_DOWN);
        }

        private boolean drain(Deadline deadline) {
            try {
                return connections.drain(deadline);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    class GivenBadInput {

        @Test
        void refusesNullsAndALimitBelowOneAndCountsNothing() {
            assertThatThrownBy(() -> ConnectionTracker.open(requests, 0))
                    .hasMessage("limit: 0; allowed is 1 or more");
            assertThatThrownBy(() -> connections.tryTrack(null, "a", () -> {})).hasMessage("type");
            assertThatThrownBy(() -> connections.tryTrack(Kind.HTTP, null, () -> {}))
                    .hasMessage("detail");
            assertThatThrownBy(() -> connections.tryTrack(Kind.HTTP, "a", null))
                    .hasMessage("close");

            assertThat(connections.stats().tracked()).isZero();
            assertThat(connections.stats().refused()).isZero();
        }

        @Test
        void survivesATypeThatThrowsWhateverItIsAsked() throws Exception {
            ConnectionTracker<Hostile> hostile = ConnectionTracker.open(requests);
            hostile.tryTrack(new Hostile(), "a", () -> closed.add("a"));

            assertThatThrownBy(hostile::stats).hasMessage("hostile");

            assertThat(hostile.connections()).hasToString("[#1 a, 0 in flight]");
            assertThat(hostile.closeAll(in(1)).isClean()).isTrue();
            assertThat(closed).containsExactly("a");
        }

        private static final class Hostile {
            @Override
            public int hashCode() {
                throw new IllegalStateException("hostile");
            }

            @Override
            public boolean equals(Object other) {
                throw new IllegalStateException("hostile");
            }

            @Override
            public String toString() {
                throw new IllegalStateException("hostile");
            }
        }
    }
}
