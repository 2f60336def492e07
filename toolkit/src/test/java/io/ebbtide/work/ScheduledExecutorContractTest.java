package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What every scheduled executor service does, ours and the JDK's. */
@Timeout(30)
@ParameterizedClass
@EnumSource(ScheduledUnderTest.class)
class ScheduledExecutorContractTest {

    @Parameter private ScheduledUnderTest kind;

    private final FakeTime time = new FakeTime();
    private ScheduledExecutorService executor;
    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void open() {
        executor = kind.open(time);
    }

    @AfterEach
    void end() {
        executor.shutdownNow();
        executor.close();
    }

    private void passUntil(CountDownLatch done) throws InterruptedException {
        while (!done.await(1, TimeUnit.MILLISECONDS)) {
            kind.pass(time, Duration.ofMillis(1));
        }
    }

    @Test
    void runsATaskOnceWhenItsTimeHasCome() throws Exception {
        ScheduledFuture<String> called = executor.schedule(() -> "done", 10, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> run =
                executor.schedule(runs::incrementAndGet, 10_000, TimeUnit.MICROSECONDS);

        assertThat(called.getDelay(TimeUnit.NANOSECONDS)).isLessThanOrEqualTo(10_000_000);
        kind.pass(time, Duration.ofMillis(10));

        assertThat(called.get()).isEqualTo("done");
        run.get();
        assertThat(runs).hasValue(1);
        assertThat(called.getDelay(TimeUnit.NANOSECONDS)).isNotPositive();
    }

    @Test
    void runsAtOnceWhatHasNoDelay() throws Exception {
        assertThat(executor.schedule(() -> "a", 0, TimeUnit.DAYS).get()).isEqualTo("a");
        assertThat(executor.schedule(() -> "b", -1, TimeUnit.DAYS).get()).isEqualTo("b");
        assertThat(executor.schedule(() -> "c", Long.MIN_VALUE, TimeUnit.DAYS).get())
                .isEqualTo("c");
    }

    @Test
    void keepsWhatADelayedTaskThrowsInItsFuture() {
        Callable<String> failing =
                () -> {
                    throw new AssertionError("broken");
                };

        assertThatThrownBy(executor.schedule(failing, 0, TimeUnit.SECONDS)::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("broken");
    }

    @Test
    void repeatsATaskAtAFixedRate() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);

        ScheduledFuture<?> _ =
                executor.scheduleAtFixedRate(thrice::countDown, 2, 1, TimeUnit.MILLISECONDS);

        passUntil(thrice);
    }

    @Test
    void repeatsATaskWithAFixedDelay() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);

        ScheduledFuture<?> _ =
                executor.scheduleWithFixedDelay(thrice::countDown, -1, 1, TimeUnit.MILLISECONDS);

        passUntil(thrice);
    }

    @Test
    void neverRunsARepeatedTaskTwiceAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch tenTimes = new CountDownLatch(10);

        ScheduledFuture<?> _ =
                executor.scheduleAtFixedRate(
                        () -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            kind.pass(time, Duration.ofMillis(5));
                            inside.decrementAndGet();
                            tenTimes.countDown();
                        },
                        0,
                        1,
                        TimeUnit.MILLISECONDS);

        passUntil(tenTimes);
        assertThat(most).hasValue(1);
    }

    @Test
    void endsARepetitionWithTheFirstFailure() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        ScheduledFuture<?> repeated =
                executor.scheduleAtFixedRate(
                        () -> {
                            if (runs.incrementAndGet() == 3) {
                                failed.countDown();
                                throw new AssertionError("broken");
                            }
                        },
                        1,
                        1,
                        TimeUnit.MILLISECONDS);

        passUntil(failed);

        assertThatThrownBy(repeated::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("broken");
        ScheduledFuture<?> later = executor.schedule(() -> "", 5, TimeUnit.MILLISECONDS);
        kind.pass(time, Duration.ofMillis(5));
        later.get();
        assertThat(runs).hasValue(3);
    }

    @Test
    void endsARepetitionThatIsCancelled() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        ScheduledFuture<?> repeated =
                executor.scheduleWithFixedDelay(twice::countDown, 1, 1, TimeUnit.MILLISECONDS);
        passUntil(twice);

        assertThat(repeated.isDone()).isFalse();
        assertThat(repeated.cancel(/* mayInterruptIfRunning= */ false)).isTrue();

        assertThat(repeated.isCancelled()).isTrue();
        assertThatThrownBy(repeated::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void doesNotStartATaskThatIsCancelledBeforeItsTime() throws Exception {
        ScheduledFuture<?> cancelled =
                executor.schedule(runs::incrementAndGet, 2, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> later = executor.schedule(() -> "", 4, TimeUnit.MILLISECONDS);

        // Cancelling succeeds also while the task runs: in real time it may have begun already.
        boolean wasInTime =
                cancelled.cancel(/* mayInterruptIfRunning= */ false)
                        && cancelled.getDelay(TimeUnit.NANOSECONDS) > 0;

        kind.pass(time, Duration.ofMillis(4));
        later.get();
        assertThat(runs).hasValueBetween(0, wasInTime ? 0 : 1);
    }

    @Test
    void interruptsARunThatIsCancelled() throws Exception {
        StuckTask stuck = new StuckTask();
        ScheduledFuture<?> repeated =
                executor.scheduleAtFixedRate(stuck::run, 0, 1, TimeUnit.MILLISECONDS);
        stuck.awaitInside();

        repeated.cancel(/* mayInterruptIfRunning= */ true);

        stuck.awaitInterrupt();
    }

    @Test
    void waitsForEverForATaskAtTheEndOfTime() throws Exception {
        ScheduledFuture<?> never =
                executor.schedule(runs::incrementAndGet, Long.MAX_VALUE, TimeUnit.DAYS);
        ScheduledFuture<?> neverAgain =
                executor.scheduleAtFixedRate(
                        runs::incrementAndGet, Long.MAX_VALUE, Long.MAX_VALUE, TimeUnit.DAYS);
        CountDownLatch first = new CountDownLatch(1);
        ScheduledFuture<?> _ =
                executor.scheduleAtFixedRate(first::countDown, 0, Long.MAX_VALUE, TimeUnit.SECONDS);
        ScheduledFuture<String> soon = executor.schedule(() -> "a", 1, TimeUnit.MILLISECONDS);

        kind.pass(time, Duration.ofMillis(1));

        assertThat(soon.get()).isEqualTo("a");
        first.await();
        assertThat(runs).hasValue(0);
        assertThat(never.isDone()).isFalse();
        assertThat(never.getDelay(TimeUnit.DAYS)).isGreaterThan(365 * 100);
        assertThat(neverAgain.isDone()).isFalse();
    }

    @Test
    void comparesFuturesByTheirTime() {
        ScheduledFuture<?> early = executor.schedule(() -> "", 1, TimeUnit.HOURS);
        ScheduledFuture<?> late = executor.schedule(() -> "", 2, TimeUnit.HOURS);

        assertThat(early.compareTo(late)).isNegative();
        assertThat(late.compareTo(early)).isPositive();
    }

    @Test
    void refusesBadArguments() {
        Runnable task = runs::incrementAndGet;
        TimeUnit unit = TimeUnit.SECONDS;

        assertThatThrownBy(() -> executor.scheduleAtFixedRate(task, 0, 0, unit))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> executor.scheduleWithFixedDelay(task, 0, -1, unit))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> executor.schedule((Runnable) null, 0, unit))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.schedule((Callable<?>) null, 0, unit))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.schedule(task, 0, null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.scheduleAtFixedRate(null, 0, 1, unit))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.scheduleWithFixedDelay(task, 0, 1, null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void endsItsRepetitionsAndTakesNothingMoreOnceShutDown() throws Exception {
        ScheduledFuture<?> repeated =
                executor.scheduleAtFixedRate(runs::incrementAndGet, 1, 1, TimeUnit.HOURS);

        executor.shutdown();

        assertThat(repeated.isCancelled()).isTrue();
        assertThatThrownBy(() -> executor.schedule(() -> "", 0, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(
                        () ->
                                executor.scheduleAtFixedRate(
                                        runs::incrementAndGet, 1, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void dropsWhatIsPendingOnShutdownNow() throws Exception {
        ScheduledFuture<?> _ = executor.schedule(runs::incrementAndGet, 1, TimeUnit.HOURS);

        assertThat(executor.shutdownNow()).hasSize(1);

        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(0);
    }
}
