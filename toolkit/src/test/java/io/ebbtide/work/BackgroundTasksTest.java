package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class BackgroundTasksTest {

    private final FakeTime time = new FakeTime();
    private final Scope scope = Scope.open("background", time);
    private final BackgroundTasks tasks = BackgroundTasks.in(scope);
    private final ScriptedTask task = new ScriptedTask(time);

    @AfterEach
    void endsWithNothingLeftBehind() throws Exception {
        assertThat(tasks.stopAll(Deadline.in(Duration.ZERO, time))).isEmpty();
        assertThat(scope.inFlight()).isZero();
        assertThat(tasks.statuses().values()).allMatch(TaskStatus::isOver);
    }

    private void awaitEnd() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        tasks.onAllEnded(over::countDown);
        over.await();
    }

    @Test
    void runsEachTaskAsWorkOfTheScopeUnderItsName() throws Exception {
        tasks.start("mails", task);
        task.awaitRun();

        assertThat(scope.running()).extracting(Permit::path).containsExactly("/background/mails");
        task.finish();
    }

    @Test
    void saysHowATaskIsDoingFromItsStartToItsEnd() throws Exception {
        assertThat(tasks.status("task")).isEmpty();

        tasks.start("task", task);
        task.awaitRun();
        time.advance(Duration.ofSeconds(7));
        assertThat(tasks.status("task"))
                .contains(new TaskStatus.Running(Duration.ofSeconds(7), 0, Optional.empty()));

        task.finish();
        awaitEnd();
        assertThat(tasks.status("task")).contains(new TaskStatus.Completed());
    }

    @Test
    void listsAllTasksByName() throws Exception {
        tasks.start("b", _ -> {});
        awaitEnd();
        tasks.start("c", task);
        tasks.start("a", task);

        assertThat(tasks.statuses()).containsOnlyKeys("a", "b", "c");
        assertThat(tasks.statuses().keySet()).containsExactly("a", "b", "c");
    }

    @Test
    void takesANameAgainOnceItsTaskIsOver() throws Exception {
        tasks.start("task", task);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tasks.start("task", task))
                .withMessage("name: a background task 'task' runs already in /background");

        task.fail(new IllegalStateException("first"));
        awaitEnd();
        tasks.start("task", _ -> {});
        awaitEnd();

        assertThat(tasks.status("task")).contains(new TaskStatus.Completed());
    }

    @Test
    void refusesAScopeThatHasBeenGivenToOthers() {
        assertThatIllegalStateException()
                .isThrownBy(() -> BackgroundTasks.in(scope))
                .withMessageContaining("each needs a scope of its own");
        assertThatNullPointerException()
                .isThrownBy(() -> BackgroundTasks.in(null))
                .withMessage("scope");
    }

    @Test
    void refusesBadNamesAndNoTask() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tasks.start(" \t", task))
                .withMessage("name: a background task's name must not be blank");
        assertThatNullPointerException()
                .isThrownBy(() -> tasks.start(null, task))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> tasks.start("task", null))
                .withMessage("task");
        assertThatNullPointerException()
                .isThrownBy(() -> tasks.start("task", task, null))
                .withMessage("policy");
        assertThat(tasks.statuses()).isEmpty();
    }

    @Test
    void leavesNoTraceOfATaskWhoseThreadCannotStart() throws Exception {
        AtomicInteger threads = new AtomicInteger();
        ThreadFactory onlyTheSecond =
                body -> {
                    if (threads.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return Thread.ofVirtual().unstarted(body);
                };
        BackgroundTasks starved = BackgroundTasks.in(Scope.open("starved", time, onlyTheSecond));

        assertThatThrownBy(() -> starved.start("task", task)).isInstanceOf(OutOfMemoryError.class);

        assertThat(starved.scope().inFlight()).isZero();
        assertThat(starved.statuses()).isEmpty();
        starved.start("task", task);
        assertThat(task.awaitRun()).isEqualTo(Duration.ZERO);
        task.finish();
    }

    @Test
    void keepsTheStatusOfTheLastThousandThatEnded() throws Exception {
        for (int i = 0; i < 1_100; i++) {
            tasks.start("task" + i, _ -> {});
        }
        awaitEnd();

        assertThat(tasks.statuses()).hasSize(1_000);
    }

    @Test
    void saysWhenAllTasksHaveEndedByThemselves() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        tasks.onAllEnded(() -> told.add("all"));
        assertThat(told).as("none was started").isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> tasks.onAllEnded(() -> told.add("two")));

        tasks.start("first", task);
        task.awaitRun();
        tasks.start("second", task);
        task.awaitRun();
        task.finish();
        task.finish();

        assertThat(told.take()).isEqualTo("all");
        tasks.onAllEnded(() -> told.add("already"));
        assertThat(told.take()).isEqualTo("already");
    }

    @Test
    void doesNotCallStoppedTasksAllEnded() throws Exception {
        List<String> told = new ArrayList<>();
        tasks.onAllEnded(() -> told.add("all"));
        tasks.start("task", context -> context.await(Duration.ofDays(1)));

        assertThat(tasks.stopAll(Deadline.in(Duration.ofSeconds(1), time))).isEmpty();

        assertThat(told).isEmpty();
    }

    @Test
    void recordsAFailureOfOurOwnAsAFailureOfTheTask() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        BackgroundTasks broken =
                BackgroundTasks.in(
                        Scope.open("broken", time),
                        () -> {
                            throw new ArithmeticException("no chance");
                        },
                        StartRule.COUNT_THEN_LOOK);

        broken.start(
                "task",
                task,
                RestartPolicy.onFailure()
                        .withEscalation(new Escalation.Call((_, _) -> failed.countDown())));
        task.fail(new IllegalStateException("flap"));
        failed.await();

        assertThat(broken.status("task").orElseThrow())
                .isInstanceOfSatisfying(
                        TaskStatus.Failed.class,
                        end -> assertThat(end.cause()).hasMessage("no chance"));
    }
}
