package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/** How background tasks are stopped: asked first, interrupted at the deadline, then named. */
@Timeout(30)
@ParameterizedClass
@EnumSource
class BackgroundTaskStopTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final TaskStatus ASKED = new TaskStatus.Stopped(TaskStatus.Means.REQUEST);
    private static final TaskStatus FORCED = new TaskStatus.Stopped(TaskStatus.Means.INTERRUPT);

    private final FakeTime time = new FakeTime();
    private final Scope work;
    private final BackgroundTasks tasks;
    private final ScriptedTask task = new ScriptedTask(time);
    private final List<String> trail = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch release = new CountDownLatch(1);
    private final RestartPolicy forEver =
            RestartPolicy.always()
                    .withBackOff(BackOff.defaults().withFirst(Duration.ZERO))
                    .withoutLimit();

    BackgroundTaskStopTest(Threads threads) {
        work = Scope.open("work", time, threads.factory());
        tasks = BackgroundTasks.in(work.child("background"));
    }

    @AfterEach
    void endsWithNothingLeftBehind() throws Exception {
        release.countDown();
        tasks.stopAll(in(0));
        assertThat(work.inFlight()).isZero();
    }

    private Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    /** Stops all tasks within ten seconds, on a thread of its own that waits by now. */
    private FutureTask<List<Permit>> beginToStop() throws InterruptedException {
        FutureTask<List<Permit>> stopping = new FutureTask<>(() -> tasks.stopAll(in(10)));
        Thread.ofPlatform().start(stopping);
        time.awaitWaiters(1);
        return stopping;
    }

    @Test
    void asksFirstAndReturnsAsSoonAsAllHaveEnded() throws Exception {
        tasks.start("polite", context -> context.await(DAY));
        tasks.start("periodic", BackgroundTask.repeated(DAY, _ -> {}));
        time.awaitWaiters(2);

        assertThat(tasks.stopAll(in(10))).isEmpty();

        assertThat(tasks.statuses().values()).containsOnly(ASKED);
    }

    @Test
    void interruptsAtTheDeadlineAndLetsCleanupsRun() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        tasks.start(
                "deaf",
                context -> {
                    context.onStop(() -> trail.add("asked"));
                    context.onStop(asked::countDown);
                    try {
                        task.run(context);
                    } catch (InterruptedException interrupted) {
                        trail.add("interrupted, stopping: " + context.isStopping());
                        throw interrupted;
                    } finally {
                        trail.add("cleaned up");
                    }
                });
        task.awaitRun();
        FutureTask<List<Permit>> stopping = beginToStop();
        asked.await();

        time.advance(Duration.ofSeconds(10).minusNanos(1));
        time.awaitWaiters(1);
        assertThat(trail).containsExactly("asked");
        time.advance(Duration.ofNanos(1));

        assertThat(stopping.get()).isEmpty();
        assertThat(trail).containsExactly("asked", "interrupted, stopping: true", "cleaned up");
        assertThat(tasks.status("deaf")).contains(FORCED);
    }

    @Test
    void namesWhatIgnoresItsInterrupt() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        tasks.start(
                "stubborn",
                _ -> {
                    inside.countDown();
                    awaitStubbornly(interrupted);
                });
        inside.await();
        FutureTask<List<Permit>> stopping = beginToStop();
        time.advance(Duration.ofSeconds(10));
        interrupted.await();
        time.awaitWaiters(1);
        time.advance(BackgroundTasks.GRACE);

        assertThat(stopping.get()).extracting(Permit::name).containsExactly("stubborn");
        assertThat(tasks.status("stubborn").orElseThrow()).isInstanceOf(TaskStatus.Running.class);
        release.countDown();
        assertThat(tasks.scope().join(in(10))).isTrue();
        assertThat(tasks.status("stubborn")).contains(FORCED);
    }

    private void awaitStubbornly(CountDownLatch interrupted) {
        while (true) {
            try {
                release.await();
                return;
            } catch (InterruptedException ignored) {
                interrupted.countDown();
            }
        }
    }

    @Test
    void endsWaitsAtOnceEvenIfNoFurtherThreadCanStart() throws Exception {
        CountDownLatch outOfThreads = new CountDownLatch(1);
        Scope starved =
                Scope.open(
                        "starved",
                        time,
                        body -> {
                            if (outOfThreads.getCount() == 0) {
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                            return Thread.ofPlatform().daemon().unstarted(body);
                        });
        BackgroundTasks few = BackgroundTasks.in(starved);
        few.start("waiting", context -> context.await(DAY));
        time.awaitWaiters(1);
        outOfThreads.countDown();
        Thread.currentThread().setUncaughtExceptionHandler((_, _) -> trail.add("told"));

        assertThat(few.stopAll(in(10))).isEmpty();

        Thread.currentThread().setUncaughtExceptionHandler(null);
        assertThat(few.status("waiting")).contains(ASKED);
    }

    @Test
    void doesNotWaitForATaskThatHasEndedJustBefore() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        tasks.start("short", _ -> {});
        tasks.onAllEnded(over::countDown);
        over.await();

        assertThat(tasks.stopAll(in(10))).isEmpty(); // in no time

        assertThat(tasks.status("short")).contains(new TaskStatus.Completed());
    }

    @Test
    void stopsWithNothingStartedAndTwice() throws Exception {
        assertThat(tasks.stopAll(in(10))).isEmpty();
        assertThat(tasks.stopAll(in(10))).isEmpty();
    }

    @Test
    void stopsTheTasksAlsoIfTheirScopeIsCancelledWithoutWarning() throws Exception {
        tasks.start("waiting", context -> context.await(DAY));
        tasks.start("flapping", _ -> {}, forEver);
        time.awaitWaiters(1);

        tasks.scope().cancel();

        assertThat(tasks.scope().join(in(10))).isTrue();
        assertThat(tasks.statuses().values()).containsOnly(FORCED);
    }

    @Test
    void goesOnStoppingWhenTheCallerNoLongerWaits() throws Exception {
        tasks.start("deaf", task);
        task.awaitRun();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> tasks.stopAll(in(10))).isInstanceOf(InterruptedException.class);

        assertThat(tasks.scope().state()).isEqualTo(Scope.State.DRAINING);
        task.finish();
        assertThat(tasks.scope().join(in(10))).isTrue();
        assertThat(tasks.status("deaf")).contains(ASKED);
    }

    @Test
    void refusesBadTimesBeforeAnythingIsStopped() {
        assertThatNullPointerException()
                .isThrownBy(() -> tasks.stopAll(null))
                .withMessage("deadline");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tasks.stopAll(in(1), Duration.ofMillis(-1)))
                .withMessage("grace: PT-0.001S is negative; allowed is zero or more");
        assertThat(tasks.scope().state()).isEqualTo(Scope.State.OPEN);
    }
}
