package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ebbtide.report.FailedTask;
import io.ebbtide.report.Fate;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.BackgroundTask;
import io.ebbtide.work.Escalation;
import io.ebbtide.work.Permit;
import io.ebbtide.work.RestartPolicy;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TaskContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/** What a shutdown makes of background tasks. */
@Timeout(30)
class BackgroundTasksInShutdownTest extends OnFakeTime {

    private static final Duration DRAIN = ShutdownConfig.defaults().drainTimeout();
    private static final Duration GRACE = ShutdownConfig.defaults().interruptGrace();
    private static final BackgroundTask FLAPPING =
            _ -> {
                throw new IllegalStateException("flap");
            };

    private void awaitStop(TaskContext context) throws InterruptedException {
        log.add("begins");
        context.await(Duration.ofDays(1));
        log.add(context.name() + " ends");
    }

    @Test
    void stopsThemWithTheRequestsAndThoseThatRequestsNeedAfterwards() throws Exception {
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));
        shutdown.backgroundTasks().start("poller", this::awaitStop, RestartPolicy.always());
        shutdown.tasksUntilDrained().start("outbox", this::awaitStop);
        assertThat(log.take()).isEqualTo("begins");
        assertThat(log.take()).isEqualTo("begins");
        Permit request = (Permit) shutdown.requests().enter("order");

        Future<ShutdownResult> future = shutdown.begin(TEST);
        assertThat(log.take()).isEqualTo("poller ends");
        assertThat(shutdown.progress().inFlight()).isPositive();
        log.add("request ends");
        request.close();

        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(log).containsExactly("request ends", "outbox ends", "db closed");
    }

    @Test
    void interruptsAndNamesThoseThatDoNotStop() throws Exception {
        shutdown.backgroundTasks().start("deaf", _ -> stay());
        Scope untilDrained = shutdown.tasksUntilDrained().scope();
        shutdown.tasksUntilDrained().start("deaf too", _ -> stay());
        log.take();
        log.take();

        Future<ShutdownResult> future = shutdown.begin(TEST);
        pass(DRAIN);
        while (untilDrained.state() == Scope.State.OPEN) {
            Thread.onSpinWait();
        }
        pass(GRACE);

        ShutdownResult result = future.get();
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(result.stragglers())
                .extracting(Straggler::name, Straggler::scope, Straggler::fate)
                .containsExactly(
                        tuple("deaf", "/work/background", Fate.INTERRUPTED),
                        tuple("deaf too", "/until-drained", Fate.INTERRUPTED));
        assertThat(result.failedTasks()).isEmpty();
    }

    @Test
    void namesATaskThatFailsWhenItIsToStop() throws Exception {
        IOException broken = new IOException("cannot save");
        CountDownLatch begun = new CountDownLatch(1);
        shutdown.backgroundTasks()
                .start(
                        "saver",
                        context -> {
                            begun.countDown();
                            context.await(Duration.ofDays(1));
                            throw broken;
                        });
        begun.await();

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.WITH_ERRORS);
        assertThat(result.failedTasks())
                .containsExactly(
                        new FailedTask(
                                "saver",
                                "/work/background",
                                broken,
                                0,
                                FailedTask.Moment.DURING_THE_SHUTDOWN));
        assertThatThrownBy(result::orThrow).hasCause(broken);
        assertThat(result.toString())
                .contains(
                        "  ! background task 'saver' in /work/background failed during the"
                                + " shutdown: java.io.IOException: cannot save");
    }

    @Test
    void namesATaskThatHadFailedBeforeAndEndsCleanly() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        shutdown.backgroundTasks()
                .start(
                        "mails",
                        FLAPPING,
                        RestartPolicy.never()
                                .withEscalation(new Escalation.Call((_, _) -> failed.countDown())));
        failed.await();

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.failedTasks())
                .extracting(FailedTask::moment)
                .containsExactly(FailedTask.Moment.BEFORE_THE_SHUTDOWN);
    }

    @Test
    void beginsWhenATaskHasFailedThatTheServiceCannotDoWithout() throws Exception {
        shutdown.backgroundTasks()
                .start(
                        "mails",
                        FLAPPING,
                        RestartPolicy.never().withEscalation(shutdown.shutdownOnFailure()));

        ShutdownResult result = shutdown.await();

        assertThat(result.reason())
                .isInstanceOfSatisfying(
                        ShutdownReason.TaskFailed.class,
                        reason -> {
                            assertThat(reason.task()).isEqualTo("mails");
                            assertThat(reason.cause()).hasMessage("flap");
                        });
        assertThat(result.toString())
                .startsWith(
                        "shutdown (background task 'mails' failed:"
                                + " java.lang.IllegalStateException: flap)");
    }

    @Test
    void beginsWhenAllTasksHaveEndedIfAskedTo() throws Exception {
        shutdown.backgroundTasks().start("import", _ -> {});
        shutdown.backgroundTasks()
                .onAllEnded(
                        () -> {
                            Future<ShutdownResult> _ =
                                    shutdown.begin(new ShutdownReason.Requested("import done"));
                        });

        assertThat(shutdown.await().reason().describe()).isEqualTo("import done");
    }

    @Test
    void doesNotLetATaskWaitForItself() throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        shutdown.tasksUntilDrained()
                .start(
                        "impatient",
                        _ -> {
                            try {
                                shutdown.shutdown(TEST);
                            } catch (IllegalStateException itself) {
                                thrown.add(itself);
                            }
                        });

        assertThat(thrown.take()).hasMessageContaining("'impatient'");
        shutdown.shutdown(TEST);
    }

    @Test
    void refusesToStartOnceStopped() throws Exception {
        shutdown.shutdown(TEST);

        assertThatThrownBy(() -> shutdown.backgroundTasks().start("late", _ -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("'late'");
        assertThatThrownBy(() -> shutdown.tasksUntilDrained().start("late", _ -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
