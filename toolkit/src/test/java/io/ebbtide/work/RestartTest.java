package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** When background tasks are started again, to the nanosecond. */
@Timeout(30)
class RestartTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration NANO = Duration.ofNanos(1);

    private final FakeTime time = new FakeTime();
    private final Scope scope = Scope.open("background", time);
    private final BackgroundTasks tasks =
            BackgroundTasks.in(scope, () -> 0.5, StartRule.COUNT_THEN_LOOK);
    private final ScriptedTask task = new ScriptedTask(time);
    private final IllegalStateException failure = new IllegalStateException("flap");

    private final RestartPolicy exact =
            RestartPolicy.onFailure()
                    .withBackOff(new BackOff(Duration.ofMillis(100), 2, Duration.ofSeconds(1), 0));
    private final RestartPolicy atOnce =
            RestartPolicy.onFailure().withBackOff(BackOff.defaults().withFirst(Duration.ZERO));

    @AfterEach
    void endsWithNothingLeftBehind() throws Exception {
        assertThat(tasks.stopAll(Deadline.in(Duration.ZERO, time))).isEmpty();
        assertThat(scope.inFlight()).isZero();
    }

    private TaskStatus awaitEnd() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        tasks.onAllEnded(over::countDown);
        over.await();
        return tasks.status("task").orElseThrow();
    }

    private void failAgain() throws InterruptedException {
        task.awaitRun();
        task.fail(failure);
    }

    @Nested
    class BackingOff {

        @Test
        void waitsTwiceAsLongEachTimeAndAtMostTheLongestPause() throws Exception {
            tasks.start("task", task, exact);
            Duration expected = Duration.ZERO;

            for (long millis : new long[] {100, 200, 400, 800, 1000, 1000}) {
                assertThat(task.awaitRun()).isEqualTo(expected);
                task.fail(failure);
                time.awaitWaiters(1);
                time.advance(Duration.ofMillis(millis).minus(NANO));
                time.awaitWaiters(1);
                assertThat(task.hasBegunAgain()).isFalse();
                time.advance(NANO);
                expected = expected.plusMillis(millis);
            }
            assertThat(task.awaitRun()).isEqualTo(expected);
        }

        @Test
        void waitsLessByChance() throws Exception {
            tasks.start("task", task, exact.withBackOff(exact.backOff().withJitter(0.5)));
            failAgain();
            time.awaitWaiters(1);

            assertThat(tasks.status("task"))
                    .contains(
                            new TaskStatus.Restarting(
                                    Optional.of(failure), Duration.ofMillis(75), 1));
            time.advance(Duration.ofMillis(75));

            assertThat(task.awaitRun()).isEqualTo(Duration.ofMillis(75));
        }

        @Test
        void beginsWithTheFirstPauseAgainAfterARunThatLasted() throws Exception {
            tasks.start("task", task, exact);
            for (long millis : new long[] {100, 200}) {
                failAgain();
                time.awaitWaiters(1);
                time.advance(Duration.ofMillis(millis));
            }
            task.awaitRun();
            time.advance(Duration.ofSeconds(1));

            task.fail(failure);
            time.awaitWaiters(1);

            assertThat(((TaskStatus.Restarting) tasks.status("task").orElseThrow()).in())
                    .isEqualTo(Duration.ofMillis(100));
        }

        @Test
        void isNotEndedByAnInterruptThatARunHasLeftBehind() throws Exception {
            Semaphore parked = new Semaphore(0);
            Scope watched = Scope.open("watched", new ParkingNoted(time, parked));
            BackgroundTasks others = BackgroundTasks.in(watched);
            others.start("task", task, exact);
            failAgain();
            parked.acquire();

            watched.running().getFirst().thread().orElseThrow().interrupt();
            parked.acquire();
            assertThat(task.hasBegunAgain()).isFalse();
            time.advance(Duration.ofMillis(100));

            assertThat(task.awaitRun()).isEqualTo(Duration.ofMillis(100));
            task.finish();
            others.stopAll(Deadline.never(time));
        }
    }

    /** Lets a test know when a thread is about to wait. */
    private record ParkingNoted(TimeSource source, Semaphore parked) implements TimeSource {

        @Override
        public long nanos() {
            return source.nanos();
        }

        @Override
        public void parkUntil(Object blocker, long instant) {
            parked.release();
            source.parkUntil(blocker, instant);
        }

        @Override
        public void unpark(Thread thread) {
            source.unpark(thread);
        }
    }

    @Nested
    class ByPolicy {

        @Test
        void neverRunsATaskOnce() throws Exception {
            tasks.start("task", task);
            failAgain();

            assertThat(awaitEnd()).isEqualTo(new TaskStatus.Failed(failure, 0));
        }

        @Test
        void onFailureLetsATaskEndByItself() throws Exception {
            tasks.start("task", task, atOnce);
            failAgain();
            task.awaitRun();
            assertThat(tasks.status("task"))
                    .contains(new TaskStatus.Running(Duration.ZERO, 1, Optional.of(failure)));
            task.finish();

            assertThat(awaitEnd()).isEqualTo(new TaskStatus.Completed());
        }

        @Test
        void alwaysStartsATaskAgainThatEndedByItself() throws Exception {
            tasks.start("task", task, policy(RestartPolicy.When.ALWAYS));
            task.awaitRun();
            task.finish();
            failAgain();
            task.awaitRun();

            assertThat(tasks.status("task"))
                    .contains(new TaskStatus.Running(Duration.ZERO, 2, Optional.of(failure)));
            task.finish();
            task.awaitRun();
        }

        @Test
        void treatsAnErrorLikeAnyFailure() throws Exception {
            tasks.start("task", task, atOnce);
            task.awaitRun();
            task.fail(new StackOverflowError());

            task.awaitRun();

            assertThat(scope.inFlight()).isEqualTo(1);
        }

        private RestartPolicy policy(RestartPolicy.When when) {
            return new RestartPolicy(when, atOnce.backOff(), 10, MINUTE, new Escalation.Report());
        }
    }
}
