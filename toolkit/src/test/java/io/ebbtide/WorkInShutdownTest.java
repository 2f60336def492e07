package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ebbtide.report.FailedTask;
import io.ebbtide.report.Fate;
import io.ebbtide.report.HandedBack;
import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.BackgroundTask;
import io.ebbtide.work.ConnectionTracker;
import io.ebbtide.work.Escalation;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Limits;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.RestartPolicy;
import io.ebbtide.work.Scope;
import io.ebbtide.work.ShutdownAwareExecutor;
import io.ebbtide.work.TaskContext;
import io.ebbtide.work.TrackedConnection;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What a shutdown makes of executors, background tasks and connections. */
@Timeout(30)
class WorkInShutdownTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final BackgroundTask FLAPPING =
            _ -> {
                throw new IllegalStateException("flap");
            };

    private final FakeTime time = new FakeTime();
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                            ShutdownConfig.defaults()
                                    .withLameDuck(Duration.ZERO)
                                    .withProgressInterval(Duration.ofHours(1)),
                            time)
                    .listen(new ShutdownListener() {});

    /** Lets the coordinator begin to wait, then lets the time pass for which it waits. */
    private void pass(Duration by) throws InterruptedException {
        time.awaitWaiters(1);
        time.advance(by);
    }

    private void hang() throws InterruptedException {
        log.add("inside");
        new CountDownLatch(1).await();
    }

    @Nested
    class WithAnExecutor {

        private final ShutdownAwareExecutor mailer =
                shutdown.executor("mailer", Limits.concurrency(1).withQueue(2));

        @Test
        void handsBackWhatNeverStartedAndCallsOnlyTheRestStragglers() throws Exception {
            Runnable mail = () -> log.add("mail sent");
            Callable<String> receipt = () -> "receipt";
            Future<?> running =
                    mailer.submit("stuck", Executed.nothing(WorkInShutdownTest.this::hang));
            assertThat(log.take()).isEqualTo("inside");
            mailer.execute("confirm 42", mail);
            Future<String> queued = mailer.submit("receipt 42", receipt);

            Future<ShutdownResult> future = shutdown.begin(TEST);
            pass(DRAIN);

            ShutdownResult result = future.get();
            assertThat(result.handedBack())
                    .extracting(HandedBack::name)
                    .containsExactly("confirm 42", "receipt 42");
            assertThat(result.handedBack().getFirst().task()).isSameAs(mail);
            assertThat(result.handedBack().getFirst().scope()).isEqualTo("/work/executors/mailer");
            assertThat(result.stragglers()).extracting(Straggler::name).containsExactly("stuck");
            assertThat(result.drained()).isZero();
            assertThat(queued.isCancelled()).isTrue();
            assertThat(running.isDone()).isTrue();
            assertThat(result.toString())
                    .contains(
                            "0 drained, 0 refused, 1 forced, 2 handed back",
                            "  < handed back 'confirm 42' of /work/executors/mailer: it never"
                                    + " started");
            assertThat(log).isEmpty();
        }

        @Test
        void handsBackWhatWasMeantForLaterAlthoughAllWentWell() throws Exception {
            Runnable reminder = () -> log.add("reminded");
            ScheduledFuture<?> _ = mailer.schedule(reminder, 1, TimeUnit.HOURS);

            ShutdownResult result = shutdown.shutdown(TEST);

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.handedBack())
                    .singleElement()
                    .satisfies(task -> assertThat(task.task()).isSameAs(reminder));
        }

        @Test
        void handsBackWhatAnExecutorOnAScopeOfTheUsersHasNotStarted() throws Exception {
            ShutdownAwareExecutor own =
                    ShutdownAwareExecutor.in(shutdown.work().child("own"), Limits.concurrency(1));
            own.execute(() -> {});
            ScheduledFuture<?> _ = own.schedule(() -> {}, 1, TimeUnit.HOURS);

            assertThat(shutdown.shutdown(TEST).handedBack())
                    .extracting(HandedBack::scope)
                    .containsExactly("/work/own");
        }

        @Test
        void countsTasksThatFindNoPlaceAsRefused() throws Exception {
            CountDownLatch end = new CountDownLatch(1);
            for (int i = 0; i < 3; i++) {
                mailer.execute(Executed.quietly(end::await));
            }

            assertThatThrownBy(() -> mailer.execute(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class);

            assertThat(shutdown.progress().refused()).isEqualTo(1);
            end.countDown();
            assertThat(shutdown.shutdown(TEST).refused()).isEqualTo(1);
        }

        @Test
        void waitsForWhatIsQueuedAsLongAsThereIsTime() throws Exception {
            CountDownLatch end = new CountDownLatch(1);
            mailer.execute(Executed.quietly(end::await));
            mailer.execute("confirm 42", () -> log.add("mail sent"));

            Future<ShutdownResult> future = shutdown.begin(TEST);
            time.awaitWaiters(1);
            end.countDown();

            assertThat(future.get().drained()).isEqualTo(2);
            assertThat(future.get().handedBack()).isEmpty();
            assertThat(log).containsExactly("mail sent");
        }
    }

    @Nested
    class WithBackgroundTasks {

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
            shutdown.backgroundTasks().start("deaf", _ -> hang());
            Scope untilDrained = shutdown.tasksUntilDrained().scope();
            shutdown.tasksUntilDrained().start("deaf too", _ -> hang());
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
                                    .withEscalation(
                                            new Escalation.Call((_, _) -> failed.countDown())));
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

    @Nested
    class WithStragglers {

        @Test
        void endsAtOnceWhenTimeHasJumpedFarBeyondTheBudget() throws Exception {
            shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));
            shutdown.backgroundTasks().start("deaf", _ -> hang());
            log.take();

            Future<ShutdownResult> future = shutdown.begin(TEST);
            pass(Duration.ofHours(1));

            assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.FORCED);
            assertThat(future.get().steps()).extracting(StepReport::name).contains("db");
        }

        @Test
        void holdsNoLockWhileSomebodysCodeRuns() throws Exception {
            ShutdownAwareExecutor mailer = shutdown.executor("mailer", Limits.concurrency(1));
            ConnectionTracker<ResourceType> connections = shutdown.connections("http", 10);
            CountDownLatch closing = new CountDownLatch(1);
            CountDownLatch asked = new CountDownLatch(1);
            shutdown.register(
                    "slow",
                    ResourceType.DATABASE,
                    () -> {
                        closing.countDown();
                        asked.await();
                    });
            Future<ShutdownResult> future = shutdown.begin(TEST);
            closing.await();

            CompletableFuture.runAsync(
                            () -> {
                                shutdown.progress();
                                shutdown.requests().enter("late");
                                shutdown.work().running();
                                shutdown.work().handBack();
                                shutdown.backgroundTasks().statuses();
                                connections.stats();
                                connections.tryTrack(ResourceType.SERVER, "late", () -> {});
                                CompletableFuture<ShutdownResult> _ = shutdown.begin(TEST);
                                assertThatThrownBy(() -> mailer.execute(() -> {}))
                                        .isInstanceOf(RejectedExecutionException.class);
                                assertThatThrownBy(
                                                () ->
                                                        shutdown.register(
                                                                "late",
                                                                ResourceType.CUSTOM,
                                                                () -> {}))
                                        .isInstanceOf(IllegalStateException.class);
                            })
                    .get(5, TimeUnit.SECONDS);

            asked.countDown();
            assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Nested
    class OnceOver {

        @Test
        void doesNoHarmWhenClosedTwice() throws Exception {
            shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));

            shutdown.close();
            shutdown.close();

            assertThat(log).containsExactly("db closed");
        }

        @Test
        void tellsWhoeverAsksThenAtOnce() throws Exception {
            ShutdownResult result = shutdown.shutdown(TEST);

            CompletableFuture<Void> _ =
                    shutdown.begin(TEST)
                            .thenAccept(told -> log.add(told.equals(result) ? "told" : "another"));

            assertThat(log.poll(20, TimeUnit.SECONDS)).isEqualTo("told");
        }
    }

    @Nested
    class WithConnections {

        private final ConnectionTracker<ResourceType> connections =
                shutdown.connections("http", 10);

        private TrackedConnection<ResourceType> track(String name) {
            return connections
                    .tryTrack(ResourceType.SERVER, name, () -> log.add(name + " closed"))
                    .orElseThrow();
        }

        @Test
        void closesIdleOnesFirstAndTheOthersOnceWorkHasEnded() throws Exception {
            TrackedConnection<ResourceType> busy = track("busy");
            track("idle");
            Permit request = (Permit) busy.enter("GET", "/orders", Peer.NOBODY);

            Future<ShutdownResult> future = shutdown.begin(TEST);
            assertThat(log.take()).isEqualTo("idle closed");
            assertThat(connections.tryTrack(ResourceType.SERVER, "late", () -> {})).isEmpty();
            log.add("request ends");
            request.close();

            assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(log).containsExactly("request ends", "busy closed");
            assertThat(connections.active()).isZero();
            assertThat(future.get().steps())
                    .extracting(StepReport::name)
                    .containsExactly("idle connections of http", "connections of http");
        }

        @Test
        void takesNoTimeWithoutAny() throws Exception {
            assertThat(shutdown.shutdown(TEST).steps()).isEmpty();
            assertThat(connections.tryTrack(ResourceType.SERVER, "late", () -> {})).isEmpty();
        }

        @Test
        void saysWhichOneFailedToClose() throws Exception {
            IOException reset = new IOException("reset");
            connections.tryTrack(
                    ResourceType.SERVER,
                    "10.0.0.7:4711",
                    () -> {
                        throw reset;
                    });

            ShutdownResult result = shutdown.shutdown(TEST);

            assertThat(result.errors())
                    .singleElement()
                    .satisfies(
                            step ->
                                    assertThat(((Outcome.Failed) step.outcome()).cause())
                                            .hasMessage(
                                                    "1 failed to close, 0 still open, 1 closed;"
                                                            + " first: 10.0.0.7:4711")
                                            .hasSuppressedException(reset));
        }
    }

    /** Tasks in the shapes that executors take. */
    private static final class Executed {

        /** Something that may be interrupted. */
        @FunctionalInterface
        interface Body {
            void run() throws InterruptedException;
        }

        static Callable<String> nothing(Body body) {
            return () -> {
                body.run();
                return "";
            };
        }

        static Runnable quietly(Body body) {
            return () -> {
                try {
                    body.run();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            };
        }
    }
}
