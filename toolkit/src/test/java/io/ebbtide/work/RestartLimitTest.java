package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/** How often background tasks are started again, and what follows when that is over. */
@Timeout(30)
class RestartLimitTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration NANO = Duration.ofNanos(1);

    private final FakeTime time = new FakeTime();
    private final Scope scope = Scope.open("background", time);
    private final BackgroundTasks tasks = BackgroundTasks.in(scope);
    private final ScriptedTask task = new ScriptedTask(time);
    private final IllegalStateException failure = new IllegalStateException("flap");
    private final RestartPolicy atOnce =
            RestartPolicy.onFailure().withBackOff(BackOff.defaults().withFirst(Duration.ZERO));
    private final BlockingQueue<Map.Entry<String, TaskStatus.Failed>> escalated =
            new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private final RestartPolicy limited =
            atOnce.withLimit(2, MINUTE)
                    .withEscalation(
                            new Escalation.Call(
                                    (name, failed) -> escalated.add(Map.entry(name, failed))));

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

    @Test
    void failsForGoodAndEscalatesOnce() throws Exception {
        tasks.start("task", task, limited);
        failAgain();
        failAgain();
        assertThat(escalated).isEmpty();
        failAgain();

        TaskStatus.Failed failed = new TaskStatus.Failed(failure, 2);
        assertThat(escalated.take()).isEqualTo(Map.entry("task", failed));
        assertThat(awaitEnd()).isEqualTo(failed);
        assertThat(escalated).isEmpty();
    }

    @Test
    void countsARestartForExactlyTheWindow() throws Exception {
        tasks.start("task", task, limited);
        failAgain();
        failAgain();
        task.awaitRun();
        time.advance(MINUTE);
        task.fail(failure);
        failAgain();
        task.awaitRun();
        time.advance(MINUTE.minus(NANO));

        task.fail(failure);

        assertThat(awaitEnd()).isEqualTo(new TaskStatus.Failed(failure, 4));
    }

    @Test
    void failsATaskThatKeepsEndingByItself() throws Exception {
        tasks.start(
                "task",
                _ -> {},
                new RestartPolicy(
                        RestartPolicy.When.ALWAYS,
                        limited.backOff(),
                        2,
                        MINUTE,
                        limited.escalation()));

        assertThat(escalated.take().getValue().cause())
                .hasMessage("the task ended by itself more than 2 times in PT1M");
    }

    @Test
    void escalatesTheFirstFailureOfATaskThatIsNeverStartedAgain() throws Exception {
        tasks.start("task", task, RestartPolicy.never().withEscalation(limited.escalation()));
        failAgain();

        assertThat(escalated.take().getKey()).isEqualTo("task");
    }

    @Test
    void leavesTheOtherTasksAlone() throws Exception {
        ScriptedTask neighbour = new ScriptedTask(time);
        tasks.start("neighbour", neighbour);
        neighbour.awaitRun();
        tasks.start("task", task, limited.withLimit(0, MINUTE));
        failAgain();

        escalated.take();

        assertThat(tasks.status("neighbour").orElseThrow()).isInstanceOf(TaskStatus.Running.class);
    }

    @Test
    void survivesAnEscalationThatThrows() throws Exception {
        tasks.start(
                "task",
                task,
                limited.withEscalation(
                        new Escalation.Call(
                                (_, _) -> {
                                    Thread.currentThread()
                                            .setUncaughtExceptionHandler(
                                                    (_, thrown) -> uncaught.add(thrown));
                                    throw new AssertionError("broken");
                                })));
        failAgain();
        failAgain();
        failAgain();

        assertThat(awaitEnd()).isInstanceOf(TaskStatus.Failed.class);
        assertThat(uncaught.take()).hasMessage("broken");
    }

    @Test
    void escalatesWithoutTheInterruptThatTheTaskHasLeftBehind() throws Exception {
        BlockingQueue<Boolean> flags = new LinkedBlockingQueue<>();
        tasks.start(
                "task",
                _ -> {
                    Thread.currentThread().interrupt();
                    throw failure;
                },
                RestartPolicy.never()
                        .withEscalation(
                                new Escalation.Call(
                                        (_, _) ->
                                                flags.add(
                                                        Thread.currentThread().isInterrupted()))));

        assertThat(flags.take()).isFalse();
    }

    @Test
    void holdsNoLockWhileAnEscalationRuns() throws Exception {
        tasks.start(
                "task",
                task,
                atOnce.withLimit(0, MINUTE)
                        .withEscalation(new Escalation.Call((name, failed) -> askElsewhere(name))));
        failAgain();

        assertThat(escalated.take().getValue()).isEqualTo(new TaskStatus.Failed(failure, 0));
    }

    /** Calls every method from another thread while this one waits for it. */
    private void askElsewhere(String name) {
        FutureTask<TaskStatus> elsewhere =
                new FutureTask<>(
                        () -> {
                            TaskStatus status = tasks.status(name).orElseThrow();
                            assertThat(tasks.statuses()).containsValue(status);
                            tasks.onAllEnded(() -> {});
                            tasks.start(name, _ -> {});
                            return status;
                        });
        Thread.ofPlatform().start(elsewhere);
        try {
            escalated.add(Map.entry(name, (TaskStatus.Failed) elsewhere.get()));
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
