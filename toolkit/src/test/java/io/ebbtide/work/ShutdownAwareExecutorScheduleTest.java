package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

@Timeout(30)
class ShutdownAwareExecutorScheduleTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeTime time = new FakeTime();
    private final Scope work = Scope.open("work", time);
    private final ShutdownAwareExecutor executor = ShutdownAwareExecutor.in(work.child("beats"));
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @AfterEach
    void endTimers() {
        work.cancel();
    }

    private Deadline later() {
        return Deadline.in(Duration.ofSeconds(20), time);
    }

    private ScheduledFuture<?> everySecond(String event) {
        return executor.scheduleAtFixedRate(() -> events.add(event), 1, 1, TimeUnit.SECONDS);
    }

    private static Optional<Thread> timer(String of) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown-timer-" + of))
                .findAny();
    }

    @Nested
    class WhileOpen {

        @Test
        void startsTasksInTheOrderOfTheirTimes() throws Exception {
            ScheduledFuture<?> _ = executor.schedule(() -> events.add("3 s"), 3, TimeUnit.SECONDS);
            ScheduledFuture<?> _ = executor.schedule(() -> events.add("1 s"), 1, TimeUnit.SECONDS);
            ScheduledFuture<?> _ = executor.schedule(() -> events.add("2 s"), 2, TimeUnit.SECONDS);

            for (int second = 1; second <= 3; second++) {
                time.advance(SECOND);
                assertThat(events.take()).isEqualTo(second + " s");
            }
            assertThat(events).isEmpty();
        }

        @Test
        void catchesUpAtAFixedRate() throws Exception {
            ScheduledFuture<?> _ = everySecond("beat");

            time.advance(Duration.ofSeconds(3));

            for (int beat = 1; beat <= 3; beat++) {
                assertThat(events.take()).isEqualTo("beat");
            }
            assertThat(executor.submit(events::size).get()).isZero();
        }

        @Test
        void countsAFixedDelayFromTheEndOfARun() throws Exception {
            CountDownLatch release = new CountDownLatch(1);
            ScheduledFuture<?> repeated =
                    executor.scheduleWithFixedDelay(
                            () -> {
                                events.add("run");
                                StuckTask.awaitStubbornly(release);
                            },
                            0,
                            2,
                            TimeUnit.SECONDS);
            assertThat(events.take()).isEqualTo("run");
            time.advance(Duration.ofSeconds(10));

            release.countDown();
            StuckTask.awaitUntil(() -> repeated.getDelay(TimeUnit.SECONDS) > 0);

            assertThat(repeated.getDelay(TimeUnit.SECONDS)).isEqualTo(2);
            time.advance(Duration.ofSeconds(2));
            assertThat(events.take()).isEqualTo("run");
        }

        @Test
        void isWorkOfItsOwnOnlyWhileItRuns() throws Exception {
            StuckTask stuck = new StuckTask();
            ScheduledFuture<?> _ = executor.schedule(stuck, 1, TimeUnit.SECONDS);
            assertThat(work.inFlight()).isZero();

            time.advance(SECOND);
            stuck.awaitInside();

            assertThat(work.running()).extracting(Permit::name).containsExactly("StuckTask");
            stuck.release();
        }

        @Test
        void startsItsTimerWithTheFirstTask() {
            ShutdownAwareExecutor idle = ShutdownAwareExecutor.in(work.child("idle"));
            idle.execute(() -> {});
            assertThat(timer("idle")).isEmpty();

            ScheduledFuture<?> _ = idle.schedule(() -> {}, 1, TimeUnit.HOURS);

            assertThat(timer("idle"))
                    .hasValueSatisfying(thread -> assertThat(thread.isDaemon()).isTrue());
            idle.shutdown();
        }

        @Test
        void keepsTimeWhenItsTimerIsInterrupted() throws Exception {
            ScheduledFuture<?> _ = everySecond("beat");
            timer("beats").orElseThrow().interrupt();

            time.advance(SECOND);

            assertThat(events.take()).isEqualTo("beat");
        }

        @Test
        void forgetsTasksThatAreCancelled() throws Exception {
            WeakReference<byte[]> payload = cancelledTask();

            for (int i = 0; i < 100 && payload.get() != null; i++) {
                System.gc();
            }

            assertThat(payload.get()).isNull();
        }

        private WeakReference<byte[]> cancelledTask() {
            byte[] bytes = new byte[1_000_000];
            executor.schedule(() -> bytes.length, 1, TimeUnit.HOURS)
                    .cancel(/* mayInterruptIfRunning= */ false);
            return new WeakReference<>(bytes);
        }

        @Test
        void handsBackDelayedTasksAndGoesOnWithRepeatedOnes() throws Exception {
            Runnable mail = () -> events.add("mail");
            ScheduledFuture<?> future = executor.schedule(mail, 1, TimeUnit.SECONDS);
            ScheduledFuture<?> _ = everySecond("beat");

            assertThat(executor.handBack()).extracting(Unstarted::task).containsExactly(mail);

            assertThat(future.isCancelled()).isTrue();
            assertThat(executor.handBack()).isEmpty();
            time.advance(SECOND);
            assertThat(events.take()).isEqualTo("beat");
        }
    }

    /** A task runs that keeps the only place. */
    @Nested
    class WhileWaitingForATurn {

        private final ShutdownAwareExecutor single =
                ShutdownAwareExecutor.in(work.child("single"), Limits.concurrency(1));
        private final StuckTask stuck = new StuckTask();
        private ScheduledFuture<?> beat;

        @BeforeEach
        void queueABeat() throws Exception {
            single.execute(stuck::run);
            beat = single.scheduleAtFixedRate(() -> events.add("beat"), 0, 1, TimeUnit.SECONDS);
            StuckTask.awaitUntil(() -> work.inFlight() == 2);
        }

        @Test
        void aRepeatedTaskDoesNotStartOnceDraining() throws Exception {
            work.drain(later());
            stuck.release();

            assertThat(work.join(later())).isTrue();
            assertThat(events).isEmpty();
            assertThat(beat.isCancelled()).isTrue();
        }

        @Test
        void aRepeatedTaskIsNotHandedBackButEnds() throws Exception {
            work.drain(later());

            assertThat(single.handBack()).isEmpty();

            assertThat(beat.isCancelled()).isTrue();
            assertThat(work.inFlight()).isEqualTo(1);
            stuck.release();
        }

        @Test
        void aRepeatedTaskGoesOnWhenOthersAreHandedBack() throws Exception {
            assertThat(single.handBack()).isEmpty();

            stuck.release();

            assertThat(events.take()).isEqualTo("beat");
            assertThat(beat.isDone()).isFalse();
        }

        @Test
        void aDelayedTaskIsHandedBack() throws Exception {
            Runnable mail = () -> events.add("mail");
            ScheduledFuture<?> delayed = single.schedule(mail, 0, TimeUnit.SECONDS);
            StuckTask.awaitUntil(() -> work.inFlight() == 3);

            assertThat(single.handBack()).extracting(Unstarted::task).containsExactly(mail);

            assertThat(delayed.isCancelled()).isTrue();
            stuck.release();
        }

        @Test
        void aTaskThatIsCancelledGivesItsPlaceUp() {
            beat.cancel(/* mayInterruptIfRunning= */ false);

            assertThat(work.inFlight()).isEqualTo(1);
            stuck.release();
        }
    }

    @Nested
    class WhileDraining {

        @Test
        void firesNothingWhenTheScopeAboveDrains() throws Exception {
            ScheduledFuture<?> beat = everySecond("beat");
            Runnable mail = () -> events.add("mail");
            ScheduledFuture<?> delayed = executor.schedule(mail, 1, TimeUnit.SECONDS);
            Thread timer = timer("beats").orElseThrow();

            work.drain(later());
            time.advance(SECOND);

            assertThat(work.join(later())).isTrue();
            timer.join();
            assertThat(events).isEmpty();
            assertThat(beat.isCancelled()).isTrue();
            assertThat(delayed.isCancelled()).as("nobody waits for it in vain").isTrue();
            assertThat(executor.handBack()).extracting(Unstarted::task).containsExactly(mail);
            assertThat(executor.handBack()).isEmpty();
        }

        @Test
        void leavesOtherSubtreesAlone() throws Exception {
            Scope other = work.child("other");
            ScheduledFuture<?> _ = everySecond("beat");

            other.drain(later());
            time.advance(SECOND);

            assertThat(events.take()).isEqualTo("beat");
        }

        @Test
        void refusesToScheduleAlsoForWorkInFlight() {
            Permit request = (Permit) work.child("requests").enter("order");
            work.drain(later());

            request.run(
                    () ->
                            assertThatThrownBy(
                                            () -> executor.schedule(() -> "", 1, TimeUnit.SECONDS))
                                    .isInstanceOf(RejectedExecutionException.class)
                                    .hasMessageContaining("scope /work/beats refuses to schedule")
                                    .hasMessageContaining("SHUTTING_DOWN, it is DRAINING"));
        }

        @Test
        void letsARunEndAndInterruptsItAtTheDeadline() throws Exception {
            StuckTask stuck = new StuckTask();
            ScheduledFuture<?> repeated =
                    executor.scheduleAtFixedRate(stuck::run, 0, 1, TimeUnit.SECONDS);
            stuck.awaitInside();

            work.drain(later());
            assertThat(stuck.isInterrupted()).isFalse();
            work.cancel();

            stuck.awaitInterrupt();
            assertThat(work.join(later())).isTrue();
            assertThat(repeated.isCancelled()).isTrue();
        }

        @Test
        void refusesFromTheStartInAScopeThatDrains() {
            work.drain(later());
            ShutdownAwareExecutor late = ShutdownAwareExecutor.in(work.child("late"));

            assertThatThrownBy(() -> late.schedule(() -> "", 0, TimeUnit.SECONDS))
                    .isInstanceOf(RejectedExecutionException.class);
        }
    }
}
