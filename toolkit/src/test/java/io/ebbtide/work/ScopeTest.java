package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(30)
class ScopeTest extends OnAnOpenScope {

    @Nested
    class WhileOpen {

        @Test
        void countsWorkFromEnterToClose() {
            Permit first = enter("a");
            Permit second = enter("b");
            assertThat(requests.inFlight()).isEqualTo(2);
            assertThat(work.inFlight()).isEqualTo(2);

            first.close();
            second.close();

            assertThat(work.inFlight()).isZero();
        }

        @Test
        void knowsEachPieceOfWorkByNameAgeAndThread() {
            Permit permit = (Permit) requests.enter("GET", "/orders/42", Peer.NOBODY);
            time.advance(Duration.ofMillis(7));

            assertThat(work.running()).containsExactly(permit);
            assertThat(permit.name()).isEqualTo("GET /orders/42");
            assertThat(permit.age()).isEqualTo(Duration.ofMillis(7));
            assertThat(permit.thread()).contains(Thread.currentThread());
            assertThat(permit.scope().path()).isEqualTo("/work/requests");
        }

        @Test
        void registersThousandsAtOnceAndForgetsThemAll() {
            List<Permit> permits = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                permits.add(enter("r" + i));
            }
            assertThat(requests.running()).containsExactlyInAnyOrderElementsOf(permits);

            permits.forEach(Permit::close);

            assertThat(requests.running()).isEmpty();
            assertThat(requests.inFlight()).isZero();
        }

        @Test
        void refusesToBeJoined() {
            assertThatThrownBy(() -> work.join(in(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("scope /work is open: drain or cancel it before joining it");
        }

        @Test
        void countsWhoEndsItsWorkTwice() {
            Permit permit = enter("a");
            permit.close();
            permit.close();

            assertThat(work.endedAgain()).isEqualTo(1);
            assertThat(work.inFlight()).isZero();
        }

        @Test
        void refusesMoreThanItsLimit() {
            Scope limited = work.busyChild("limited", 2);
            Permit first = (Permit) limited.enter("1");
            limited.enter("2");

            assertThat(limited.enter("3")).isEqualTo(Refusal.LIMIT_REACHED);
            assertThat(limited.refused()).isEqualTo(1);
            first.close();
            assertThat(limited.enter("4")).isInstanceOf(Permit.class);
        }

        @Test
        void refusesBadNamesAndLimits() {
            assertThatThrownBy(() -> work.child(" "))
                    .hasMessageContaining("name: a scope's name must not be blank");
            assertThatThrownBy(() -> work.busyChild("x", 0))
                    .hasMessage("limit: 0; allowed is 1 or more");
            assertThatThrownBy(() -> requests.enter(nothing()))
                    .isInstanceOf(NullPointerException.class);
            assertThat(requests.inFlight()).isZero();
        }

        @SuppressWarnings("TypeParameterUnusedInFormals")
        private static <T> T nothing() {
            return null;
        }
    }

    @Nested
    class WhileDraining {

        @Test
        void refusesWorkFromOutside() {
            work.drain(in(10));

            assertThat(requests.enter("late")).isEqualTo(Refusal.SHUTTING_DOWN);
            assertThat(work.refused()).isEqualTo(1);
            assertThat(work.inFlight()).isZero();
        }

        @Test
        void admitsWorkOfWorkThatStillRuns() {
            Scope mailer = work.child("mailer");
            Permit request = enter("order");
            work.drain(in(10));

            Admission fromInside = request.call(() -> mailer.enter("mail"));

            assertThat(fromInside).isInstanceOf(Permit.class);
            assertThat(mailer.enter("spam")).isEqualTo(Refusal.SHUTTING_DOWN);
        }

        @Test
        void refusesWorkOfWorkThatHasEnded() {
            Permit request = enter("order");
            work.drain(in(10));
            request.close();

            assertThat(request.<Admission, RuntimeException>call(() -> requests.enter("ghost")))
                    .isEqualTo(Refusal.SHUTTING_DOWN);
        }

        @Test
        void treatsWorkOfAnotherTreeAsAStranger() {
            Scope other = Scope.open("other", time);
            Permit stranger = (Permit) other.enter("stranger");
            work.drain(in(10));

            assertThat(stranger.<Admission, RuntimeException>call(() -> requests.enter("x")))
                    .isEqualTo(Refusal.SHUTTING_DOWN);
        }

        @Test
        void treatsSiblingsAsStrangersWhenItDrainsAlone() {
            Scope batch = work.child("batch");
            Permit request = enter("order");
            batch.drain(in(10));

            assertThat(request.<Admission, RuntimeException>call(() -> batch.enter("x")))
                    .isEqualTo(Refusal.SHUTTING_DOWN);
            assertThat(requests.enter("served")).isInstanceOf(Permit.class);
        }

        @Test
        void isJoinedByTheLastOneOut() throws Exception {
            Permit first = enter("a");
            Permit second = enter("b");
            work.drain(in(10));
            AtomicBoolean drained = new AtomicBoolean();
            Thread waiter = Thread.ofPlatform().start(() -> drained.set(join(in(10))));
            time.awaitWaiters(1);

            first.close();
            assertThat(waiter.isAlive()).isTrue();
            second.close();
            waiter.join();

            assertThat(drained).isTrue();
            assertThat(work.drained()).isEqualTo(2);
        }

        @Test
        void isNotJoinedWhileATaskThatARequestLeftBehindRuns() throws Exception {
            Scope mailer = work.child("mailer");
            CountDownLatch release = new CountDownLatch(1);
            Permit request = enter("order");
            work.drain(in(10));
            Fork<Boolean> mail =
                    request.call(
                            () ->
                                    mailer.fork(
                                            "mail",
                                            () -> {
                                                release.await();
                                                return true;
                                            }));
            request.close();

            assertThat(work.join(in(0))).isFalse();
            release.countDown();
            assertThat(work.join(in(10))).isTrue();
            assertThat(mail.get()).isTrue();
        }

        @Test
        void letsNobodyInOnceItHasBeenJoined() throws Exception {
            Permit request = enter("order");
            work.drain(in(10));
            request.close();
            assertThat(work.join(in(0))).isTrue();

            assertThat(request.<Admission, RuntimeException>call(() -> requests.enter("x")))
                    .isEqualTo(Refusal.SHUTTING_DOWN);
            assertThatThrownBy(() -> work.fork("x", () -> 1))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("scope /work refuses 'x': SHUTTING_DOWN, it is DRAINING");
        }

        @Test
        void answersFalseAtTheDeadline() throws Exception {
            enter("stuck");
            work.drain(in(10));
            AtomicReference<Boolean> drained = new AtomicReference<>();
            Thread waiter = Thread.ofPlatform().start(() -> drained.set(join(in(10))));
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(10));
            waiter.join();

            assertThat(drained.get()).isFalse();
        }

        @Test
        void tellsTheWorkInsideHowLongItHas() {
            Permit request = enter("order");
            assertThat(request.isDraining()).isFalse();
            assertThat(request.remaining()).isEmpty();

            work.drain(in(10));
            time.advance(Duration.ofSeconds(4));

            assertThat(request.isDraining()).isTrue();
            assertThat(request.remaining()).contains(Duration.ofSeconds(6));
        }

        @Test
        void refusesToBeJoinedByItsOwnWork() {
            Permit request = enter("order");
            work.drain(in(10));

            assertThatThrownBy(() -> request.call(() -> work.join(in(10))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("'order' is work of scope /work and would wait for itself");
        }

        @Test
        void keepsTheCountsOfAChildThatHasBeenClosed() throws Exception {
            Scope batch = work.child("batch");
            Permit piece = (Permit) batch.enter("piece");
            batch.drain(in(10));
            piece.close();
            batch.enter("refused");

            batch.close(in(0));

            assertThat(work.drained()).isEqualTo(1);
            assertThat(work.refused()).isEqualTo(1);
        }

        @Test
        void startsChildrenInItsOwnState() {
            work.drain(in(10));
            Scope late = work.child("late");

            assertThat(late.state()).isEqualTo(Scope.State.DRAINING);
            assertThat(late.enter("x")).isEqualTo(Refusal.SHUTTING_DOWN);
        }

        private boolean join(Deadline deadline) {
            try {
                return work.join(deadline);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
