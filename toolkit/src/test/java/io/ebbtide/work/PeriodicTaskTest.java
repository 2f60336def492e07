package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

@Timeout(30)
class PeriodicTaskTest {

    private static final Duration NANO = Duration.ofNanos(1);

    private final FakeTime time = new FakeTime();
    private final Scope scope = Scope.open("background", time);
    private final BackgroundTasks tasks = BackgroundTasks.in(scope);
    private final ScriptedTask task = new ScriptedTask(time);

    @AfterEach
    void endsWithNothingLeftBehind() throws Exception {
        assertThat(tasks.stopAll(Deadline.in(Duration.ZERO, time))).isEmpty();
        assertThat(scope.inFlight()).isZero();
    }

    private void awaitEnd() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        tasks.onAllEnded(over::countDown);
        over.await();
    }

    @Test
    void repeatsAPeriodicTaskOnePauseAfterEachRunHasEnded() throws Exception {
        tasks.start("task", BackgroundTask.repeated(Duration.ofSeconds(10), task));

        assertThat(task.awaitRun()).isEqualTo(Duration.ZERO);
        time.advance(Duration.ofSeconds(60));
        task.finish();
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(10));

        assertThat(task.awaitRun()).as("no burst").isEqualTo(Duration.ofSeconds(70));
        task.finish();
        time.awaitWaiters(1);
        assertThat(task.hasBegunAgain()).isFalse();
    }

    @Test
    void endsAPeriodicTaskWhoseRunFails() throws Exception {
        tasks.start("task", BackgroundTask.repeated(Duration.ZERO, task));
        task.awaitRun();
        task.finish();
        task.awaitRun();
        AssertionError broken = new AssertionError("broken");
        task.fail(broken);
        awaitEnd();

        assertThat(tasks.status("task")).contains(new TaskStatus.Failed(broken, 0));
    }

    @Test
    void refusesANegativePauseOfAPeriodicTask() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackgroundTask.repeated(Duration.ofSeconds(-1), task))
                .withMessage("pause: PT-1S is negative; allowed is zero or more");
        assertThatNullPointerException()
                .isThrownBy(() -> BackgroundTask.repeated(Duration.ZERO, null))
                .withMessage("each");
    }

    @Test
    void doesNotFireOnceItIsToStopThoughItsTimeHasCome() throws Exception {
        tasks.start("task", BackgroundTask.repeated(Duration.ofSeconds(10), task));
        task.awaitRun();
        task.finish();
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(10).minus(NANO));

        scope.drain(Deadline.never(time));
        time.advance(NANO);

        assertThat(scope.join(Deadline.never(time))).isTrue();
        assertThat(task.hasBegunAgain()).isFalse();
    }

    @Test
    void givesARunThatIsUnderWayItsTimeAndNoFurtherOne() throws Exception {
        tasks.start("task", BackgroundTask.repeated(Duration.ZERO, task));
        task.awaitRun();
        FutureTask<Boolean> stopped =
                new FutureTask<>(() -> tasks.stopAll(Deadline.never(time)).isEmpty());
        Thread.ofPlatform().start(stopped);
        time.awaitWaiters(1);

        task.finish();

        assertThat(stopped.get()).isTrue();
        assertThat(task.hasBegunAgain()).isFalse();
        assertThat(tasks.status("task")).contains(new TaskStatus.Stopped(TaskStatus.Means.REQUEST));
    }
}
