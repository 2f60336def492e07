package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * No background task is started, or started again, once its stop has been observed (invariant I12 of {@link StartRule}).
 *
 * <p>Whoever has seen the scope drain looks at the task's status. The runs counted by then are all that may ever happen.
 */
@Timeout(60)
@ParameterizedClass
@EnumSource
class RestartVersusStopTest {

    /** Looks first: a stop may pass unseen between the look and the start. */
    private static final StartRule LOOK_THEN_COUNT =
            (count, isStopping) -> {
                if (isStopping.getAsBoolean()) {
                    return false;
                }
                count.run();
                return true;
            };

    /** Does not look at all. */
    private static final StartRule COUNT_ONLY =
            (count, _) -> {
                count.run();
                return true;
            };

    private final Scope scope;
    private final AtomicInteger runs = new AtomicInteger();

    RestartVersusStopTest(Threads threads) {
        scope = Scope.open("background", TimeSource.system(), threads.factory());
    }

    /** Where a stop may come in. */
    private enum Seam {
        BEFORE_BOTH_STEPS,
        BETWEEN_THE_STEPS
    }

    /** The same rule with {@code action} called in each seam. */
    private static StartRule withSeams(StartRule rule, Consumer<Seam> action) {
        return (count, isStopping) -> {
            action.accept(Seam.BEFORE_BOTH_STEPS);
            AtomicBoolean first = new AtomicBoolean(true);
            Runnable afterStep =
                    () -> {
                        if (first.getAndSet(false)) {
                            action.accept(Seam.BETWEEN_THE_STEPS);
                        }
                    };
            return rule.admits(
                    () -> {
                        count.run();
                        afterStep.run();
                    },
                    () -> {
                        boolean stopping = isStopping.getAsBoolean();
                        afterStep.run();
                        return stopping;
                    });
        };
    }

    private BackgroundTasks startFlapping(StartRule rule) {
        BackgroundTasks tasks = BackgroundTasks.in(scope, () -> 0, rule);
        tasks.start(
                "flapping",
                _ -> {
                    runs.incrementAndGet();
                    throw new IllegalStateException("flap");
                },
                RestartPolicy.onFailure()
                        .withBackOff(BackOff.defaults().withFirst(Duration.ZERO))
                        .withoutLimit());
        return tasks;
    }

    /** {@return how many runs anybody can know of} */
    private int runsCounted(TaskStatus status) {
        return switch (status) {
            case TaskStatus.Running running -> running.restarts() + 1;
            case TaskStatus.Restarting restarting -> restarting.restart();
            case TaskStatus.Completed _, TaskStatus.Stopped _, TaskStatus.Failed _ -> runs.get();
        };
    }

    private Deadline soon() {
        return Deadline.in(Duration.ofSeconds(20), TimeSource.system());
    }

    /** The stop comes exactly in this seam of the start that comes after so many others. */
    private void stopIn(Seam seam, int startsBefore, StartRule rule) throws Exception {
        Semaphore starts = new Semaphore(startsBefore);
        CountDownLatch inSeam = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Consumer<Seam> holdUp =
                at -> {
                    if (at == seam && !starts.tryAcquire()) {
                        inSeam.countDown();
                        awaitUninterrupted(stopped);
                    }
                };
        BackgroundTasks tasks = startFlapping(withSeams(rule, holdUp));
        inSeam.await();

        scope.drain(soon());
        int counted = runsCounted(tasks.status("flapping").orElseThrow());
        stopped.countDown();

        assertThat(scope.join(soon())).as("the task has ended").isTrue();
        assertThat(runs.get()).as("runs").isLessThanOrEqualTo(counted);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNeverStartedAgainWhenTheStopComesJustBefore(Seam seam) throws Exception {
        stopIn(seam, 2, StartRule.COUNT_THEN_LOOK);

        assertThat(runs.get()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void isNotEvenStartedOnceWhenTheStopComesBefore(Seam seam) throws Exception {
        stopIn(seam, 0, StartRule.COUNT_THEN_LOOK);

        assertThat(runs.get()).isZero();
    }

    @Test
    void wouldNoticeARuleThatLooksTooEarly() {
        assertThatThrownBy(() -> stopIn(Seam.BETWEEN_THE_STEPS, 2, LOOK_THEN_COUNT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[runs]");
    }

    @Test
    void wouldNoticeARuleThatDoesNotLook() {
        assertThatThrownBy(() -> stopIn(Seam.BEFORE_BOTH_STEPS, 2, COUNT_ONLY))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[runs]");
    }

    @RepeatedTest(200)
    void isNeverStartedAgainWheneverTheStopComes() throws Exception {
        long seed = new Random().nextLong();
        Random here = new Random(seed);
        Random there = new Random(~seed);
        BackgroundTasks tasks =
                startFlapping(withSeams(StartRule.COUNT_THEN_LOOK, _ -> giveWay(there)));
        giveWay(here);

        scope.drain(soon());
        int counted = runsCounted(tasks.status("flapping").orElseThrow());

        assertThat(scope.join(soon())).as("seed %d", seed).isTrue();
        assertThat(runs.get()).as("seed %d", seed).isLessThanOrEqualTo(counted);
    }

    /** Gives way to others a few times, or not. */
    @SuppressWarnings("ThreadPriorityCheck") // relies on nothing, only mixes up the order
    private static void giveWay(Random random) {
        for (int i = random.nextInt(3); i > 0; i--) {
            Thread.yield();
        }
    }

    @RepeatedTest(200)
    void isStartedOrRefusedWhenTheStopComesWhileItIsStarted() throws Exception {
        BackgroundTasks tasks = BackgroundTasks.in(scope);
        Thread stopper = Thread.ofPlatform().start(() -> scope.drain(soon()));
        boolean refused = false;
        try {
            tasks.start("task", _ -> runs.incrementAndGet());
        } catch (RejectedExecutionException tooLate) {
            refused = true;
        }
        stopper.join();

        assertThat(scope.join(soon())).isTrue();
        assertThat(tasks.status("task").isPresent()).isNotEqualTo(refused);
        assertThat(runs.get()).isLessThanOrEqualTo(refused ? 0 : 1);
    }
}
