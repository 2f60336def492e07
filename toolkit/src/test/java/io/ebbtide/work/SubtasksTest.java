package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.work.Subtasks.OnFailure;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(30)
class SubtasksTest {

    private final Scope work = Scope.open("work", TimeSource.system());
    private final Scope requests = work.child("requests");
    private final Permit request = (Permit) requests.enter("GET", "/orders/42", Peer.NOBODY);
    private final Deadline later = Deadline.in(Duration.ofSeconds(20), TimeSource.system());

    @AfterEach
    void clearTheFlag() {
        Thread.interrupted();
    }

    @FunctionalInterface
    private interface Body {
        void run() throws Exception;
    }

    private void inRequest(Body body) throws Exception {
        request.call(
                () -> {
                    body.run();
                    return null;
                });
    }

    @Test
    void giveTheirResultsOnceJoined() throws Exception {
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.CANCEL_OTHERS)) {
                        Fork<Integer> eu = prices.fork("eu", () -> 1);
                        Fork<Integer> us = prices.fork("us", () -> 2);

                        assertThat(prices.join(later)).isTrue();
                        prices.ensureSucceeded();

                        assertThat(eu.get() + us.get()).isEqualTo(3);
                    }
                });
        assertThat(requests.inFlight()).as("only the request itself").isEqualTo(1);
    }

    @Test
    void areJoinedAndClosedHoweverManyAreForkedBeforeOneFailsAndAfterwards() throws Exception {
        for (int before = 0; before < 16; before++) {
            for (int after = 0; after < 16; after++) {
                forkAround(before, after);
            }
        }
        assertThat(requests.inFlight()).as("only the request itself").isEqualTo(1);
    }

    private void forkAround(int before, int after) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        inRequest(
                () -> {
                    try (Subtasks parts = Subtasks.open("parts", OnFailure.CANCEL_OTHERS)) {
                        for (int i = 0; i < before; i++) {
                            parts.fork("before", () -> waitFor(never));
                        }
                        parts.fork(
                                "failing",
                                () -> {
                                    throw new IllegalStateException("cancels the others");
                                });
                        for (int i = 0; i < after; i++) {
                            parts.fork("after", () -> waitFor(never));
                        }

                        assertThat(parts.join(later)).as("%d, %d", before, after).isTrue();
                    }
                });
    }

    @Test
    void areNamedByTheirPlaceInTheTree() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.COLLECT)) {
                        Fork<Boolean> eu = prices.fork("eu", () -> waitFor(release));

                        assertThat(eu.permit().path())
                                .isEqualTo("/work/requests/GET /orders/42/prices/eu");
                        assertThat(work.running()).contains(eu.permit());
                        release.countDown();
                        prices.join(later);
                    }
                });
    }

    @Test
    void areInterruptedWhenOneThatIsNeededFails() throws Exception {
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.CANCEL_OTHERS)) {
                        CountDownLatch waiting = new CountDownLatch(1);
                        Fork<Boolean> patient =
                                prices.fork(
                                        "patient",
                                        () -> {
                                            waiting.countDown();
                                            return waitFor(new CountDownLatch(1));
                                        });
                        waiting.await();
                        prices.fork(
                                "broken",
                                () -> {
                                    throw new IllegalStateException("no price");
                                });

                        assertThat(prices.join(later)).isTrue();

                        assertThat(patient.failure())
                                .containsInstanceOf(InterruptedException.class);
                        assertThatThrownBy(prices::ensureSucceeded)
                                .isInstanceOf(ExecutionException.class)
                                .hasRootCauseMessage("no price");
                    }
                });
    }

    @Test
    void goOnWhenEachCountsByItself() throws Exception {
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.COLLECT)) {
                        IllegalStateException first = new IllegalStateException("eu");
                        Fork<Integer> broken =
                                prices.fork(
                                        "eu",
                                        () -> {
                                            throw first;
                                        });
                        broken.join(later);
                        Fork<Integer> fine = prices.fork("us", () -> 2);

                        assertThat(prices.join(later)).isTrue();

                        assertThat(fine.get()).isEqualTo(2);
                        assertThatThrownBy(prices::ensureSucceeded).hasCause(first);
                    }
                });
    }

    @Test
    void mayStartWhileTheServiceDrains() throws Exception {
        work.drain(later);
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.CANCEL_OTHERS)) {
                        Fork<Boolean> eu =
                                prices.fork(
                                        "eu",
                                        () -> RequestScope.current().orElseThrow().isDraining());
                        prices.join(later);
                        assertThat(eu.get()).isTrue();
                    }
                });
    }

    @Test
    void areRefusedAndInterruptedOnceTheServiceForces() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        request.leaveThread();
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.COLLECT)) {
                        Fork<Boolean> eu =
                                prices.fork(
                                        "eu",
                                        () -> {
                                            inside.countDown();
                                            return waitFor(new CountDownLatch(1));
                                        });
                        inside.await();
                        work.cancel();

                        assertThatThrownBy(() -> prices.fork("late", () -> 1))
                                .isInstanceOf(RejectedExecutionException.class);
                        assertThat(prices.join(later)).isTrue();
                        assertThat(eu.failure()).containsInstanceOf(InterruptedException.class);
                    }
                });
    }

    @Test
    void areInterruptedByLeavingTheBlock() throws Exception {
        AtomicReference<Fork<Boolean>> forgotten = new AtomicReference<>();
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.COLLECT)) {
                        forgotten.set(
                                prices.fork("forgotten", () -> waitFor(new CountDownLatch(1))));
                    }
                });

        assertThat(forgotten.get().failure()).containsInstanceOf(InterruptedException.class);
    }

    @Test
    void areLeftBehindByNameWhenTheyDoNotEnd() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        inRequest(
                () -> {
                    Subtasks prices = Subtasks.open("prices", OnFailure.COLLECT);
                    CountDownLatch inside = new CountDownLatch(1);
                    Fork<Boolean> deaf =
                            prices.fork(
                                    "deaf",
                                    () -> {
                                        inside.countDown();
                                        while (release.getCount() > 0) {
                                            Thread.onSpinWait();
                                        }
                                        return true;
                                    });
                    inside.await();

                    List<Fork<?>> survivors =
                            prices.close(Deadline.in(Duration.ofMillis(1), TimeSource.system()));

                    assertThat(survivors).hasSize(1).first().isSameAs(deaf);
                    assertThat(work.running()).contains(deaf.permit());
                    release.countDown();
                    deaf.join(later);
                });
    }

    @Test
    void belongToTheirThread() throws Exception {
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.COLLECT)) {
                        Fork<?> fork =
                                prices.fork(
                                        "thief",
                                        () -> {
                                            assertThatThrownBy(() -> prices.fork("x", () -> 1))
                                                    .isInstanceOf(WrongThreadException.class);
                                            assertThatThrownBy(() -> prices.join(later))
                                                    .isInstanceOf(WrongThreadException.class);
                                            assertThatThrownBy(prices::close)
                                                    .isInstanceOf(WrongThreadException.class)
                                                    .hasMessageContaining(
                                                            "subtasks 'prices' belong to the thread"
                                                                    + " that opened them");
                                            return null;
                                        });
                        prices.join(later);
                        fork.get();
                    }
                });
    }

    @Test
    void cannotBeForkedOnceJoined() throws Exception {
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.COLLECT)) {
                        prices.join(later);
                        assertThatThrownBy(() -> prices.fork("late", () -> 1))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessage("subtasks 'prices' are joined: 'late' comes too late");
                    }
                });
    }

    @Test
    void areRefusedOutsideOfWorkAndWithoutAName() throws Exception {
        assertThatThrownBy(() -> Subtasks.open("prices", OnFailure.COLLECT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("would belong to nothing");
        inRequest(
                () ->
                        assertThatThrownBy(() -> Subtasks.open(" ", OnFailure.COLLECT))
                                .hasMessage("name: the name of subtasks must not be blank"));
    }

    @Test
    void joinAnswersFalseAtItsDeadline() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        inRequest(
                () -> {
                    try (Subtasks prices = Subtasks.open("prices", OnFailure.CANCEL_OTHERS)) {
                        Fork<Boolean> slow = prices.fork("slow", () -> waitFor(release));

                        assertThat(prices.join(Deadline.in(Duration.ZERO, TimeSource.system())))
                                .isFalse();
                        release.countDown();
                        assertThat(prices.join(later)).isTrue();
                        assertThat(slow.get()).isTrue();
                    }
                });
    }

    private static boolean waitFor(CountDownLatch latch) throws InterruptedException {
        latch.await();
        return true;
    }
}
