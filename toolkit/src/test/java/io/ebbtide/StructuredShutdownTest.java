package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;
import io.ebbtide.report.PhaseReport;
import io.ebbtide.report.ShutdownException;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class StructuredShutdownTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");
    private static final ShutdownConfig NO_DELAY =
            ShutdownConfig.defaults()
                    .withLameDuck(Duration.ZERO)
                    .withProgressInterval(Duration.ofHours(1)); // one wait is one wait

    private final FakeTime time = new FakeTime();
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final StructuredShutdown shutdown = open(NO_DELAY);

    private StructuredShutdown open(ShutdownConfig config) {
        return StructuredShutdown.open(config, time).listen(new ShutdownListener() {});
    }

    private Permit enter(String name, Peer peer) {
        return (Permit) shutdown.requests().enter("GET", name, peer);
    }

    @Nested
    class InOrder {

        @Test
        void goesThroughAllPhases() throws Exception {
            ShutdownResult result = shutdown.shutdown(TEST);

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.reason()).isEqualTo(TEST);
            assertThat(result.phases())
                    .extracting(PhaseReport::phase)
                    .containsExactly(
                            ShutdownPhase.INITIATED,
                            ShutdownPhase.STOPPING_NEW_REQUESTS,
                            ShutdownPhase.DRAINING_CONNECTIONS,
                            ShutdownPhase.CLOSING_RESOURCES,
                            ShutdownPhase.FLUSHING_BUFFERS,
                            ShutdownPhase.COMPLETED);
            assertThat(shutdown.progress().phase()).isEqualTo(ShutdownPhase.COMPLETED);
        }

        @Test
        void closesResourcesOnlyAfterWorkHasDrained() throws Exception {
            shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));
            Permit work = enter("/orders", Peer.NOBODY);

            Future<ShutdownResult> future = shutdown.begin(TEST);
            time.awaitWaiters(1); // the coordinator waits for our permit
            log.add("work ends");
            work.close();

            assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(log).containsExactly("work ends", "db closed");
        }

        @Test
        void closesByPriorityAndRunsHooksAroundIt() throws Exception {
            shutdown.afterShutdown("after", () -> log.add("after"))
                    .flush("logs", () -> log.add("flush"))
                    .register("db", ResourceType.DATABASE, () -> log.add("db"))
                    .register("http", ResourceType.HTTP_CLIENT, () -> log.add("http client"))
                    .register(
                            Resource.of("last", ResourceType.CUSTOM, () -> log.add("last"))
                                    .withPriority(999))
                    .register("server", ResourceType.SERVER, () -> log.add("server"))
                    .register("redis", ResourceType.REDIS, () -> log.add("redis"))
                    .entrance(new Door("door"))
                    .beforeShutdown("before", () -> log.add("before"));

            shutdown.shutdown(TEST);

            assertThat(log)
                    .containsExactly(
                            "announce door",
                            "before",
                            "refuse door",
                            "server",
                            "http client",
                            "redis",
                            "db",
                            "last",
                            "flush",
                            "after");
        }

        @Test
        void refusesWorkOnlyOnceEntrancesAreClosed() throws Exception {
            shutdown.entrance(
                    new Door("door") {
                        @Override
                        public void refuse(Deadline deadline) {
                            log.add(
                                    shutdown.requests().enter("swept") instanceof Permit permit
                                            ? closed(permit)
                                            : "refused");
                        }
                    });

            shutdown.shutdown(TEST);

            assertThat(log).containsExactly("announce door", "admitted");
            assertThat(shutdown.requests().enter("late")).isEqualTo(Refusal.SHUTTING_DOWN);
        }

        private String closed(Permit permit) {
            permit.close();
            return "admitted";
        }

        @Test
        void letsAnAcceptLoopHandOnWhatItHasTaken() throws Exception {
            CountDownLatch inside = new CountDownLatch(1);
            shutdown.accepting()
                    .fork(
                            "consumer",
                            () -> {
                                inside.countDown();
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException stop) {
                                    shutdown.executor("messages")
                                            .execute("last message", () -> log.add("handled"));
                                }
                                return null;
                            });
            inside.await();

            shutdown.shutdown(TEST);

            assertThat(log).containsExactly("handled");
        }

        @Test
        void cancelsAcceptLoopsBeforeWorkDrains() throws Exception {
            CountDownLatch inside = new CountDownLatch(1);
            shutdown.accepting()
                    .fork(
                            "accept loop",
                            () -> {
                                inside.countDown();
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException stop) {
                                    log.add("accept loop ends");
                                }
                                return null;
                            });
            inside.await();
            shutdown.register("db", ResourceType.DATABASE, () -> log.add("db"));

            assertThat(shutdown.shutdown(TEST).status())
                    .isEqualTo(ShutdownResult.Status.SUCCESSFUL);

            assertThat(log).containsExactly("accept loop ends", "db");
        }
    }

    @Nested
    class InItsLameDuckTime {

        private final StructuredShutdown slow = open(ShutdownConfig.defaults());

        @Test
        void servesOnUntilItIsQuiet() throws Exception {
            time.advance(Duration.ofSeconds(5));
            ((Permit) slow.requests().enter("a")).close();
            CompletableFuture<ShutdownResult> future = slow.begin(TEST);
            time.awaitWaiters(1);

            assertThat(slow.isShuttingDown()).as("readiness is off").isTrue();
            assertThat(slow.progress().phase()).isEqualTo(ShutdownPhase.INITIATED);
            time.advance(Duration.ofMillis(150));
            ((Permit) slow.requests().enter("b")).close();
            time.advance(Duration.ofMillis(100));
            time.awaitWaiters(1);
            assertThat(future.isDone()).isFalse();
            time.advance(Duration.ofMillis(100));

            assertThat(future.get().phases().getFirst().took()).isEqualTo(Duration.ofMillis(350));
        }

        @Test
        void isSkippedByAServiceThatSawNoRequestLately() throws Exception {
            time.advance(Duration.ofMillis(200));

            assertThat(slow.shutdown(TEST).took()).isZero();
        }

        @Test
        void endsAtItsCapHoweverBusyTheServiceIs() throws Exception {
            time.advance(Duration.ofSeconds(5));
            CompletableFuture<ShutdownResult> future = null;
            for (int i = 0; i < 10; i++) {
                ((Permit) slow.requests().enter("busy")).close();
                if (future == null) {
                    future = slow.begin(TEST);
                }
                time.awaitWaiters(1);
                time.advance(Duration.ofMillis(100));
            }

            assertThat(future.get().phases().getFirst().took()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Nested
    class AtTheDrainDeadline {

        private final StubbornPeer peer = new StubbornPeer();
        private final CountDownLatch interrupted = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @Test
        void recordsAnswersInterruptsAndCutsInThisOrder() throws Exception {
            Thread worker = startStuckWork(peer);
            shutdown.register("db", ResourceType.DATABASE, () -> log.add("db"));

            Future<ShutdownResult> future = shutdown.begin(TEST);
            pass(Duration.ofSeconds(10));
            interrupted.await();
            pass(Duration.ofMillis(500));

            ShutdownResult result = future.get();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
            assertThat(log).containsExactly("answer", "interrupted", "cut", "db");
            assertThat(result.stragglers())
                    .singleElement()
                    .satisfies(
                            straggler -> {
                                assertThat(straggler.name()).isEqualTo("GET /stuck");
                                assertThat(straggler.scope()).isEqualTo("/work/requests");
                                assertThat(straggler.thread()).isEqualTo("worker-7");
                                assertThat(straggler.age()).isEqualTo(Duration.ofSeconds(10));
                                assertThat(straggler.detail()).isEqualTo("nothing sent");
                                assertThat(straggler.fate()).isEqualTo(Fate.ABANDONED);
                                assertThat(straggler.stack())
                                        .anySatisfy(
                                                frame ->
                                                        assertThat(frame.getMethodName())
                                                                .isEqualTo("awaitDeaf"));
                            });
            assertThat(shutdown.progress().phase()).isEqualTo(ShutdownPhase.FORCED);
            release.countDown();
            worker.join();
        }

        @Test
        void doesNotDieOfAPeerThatCannotDescribeItself() throws Exception {
            Thread worker =
                    startStuckWork(
                            new StubbornPeer() {
                                @Override
                                public String detail() {
                                    throw new AssertionError("broken detail");
                                }
                            });
            shutdown.register("db", ResourceType.DATABASE, () -> log.add("db"));

            Future<ShutdownResult> future = shutdown.begin(TEST);
            pass(Duration.ofSeconds(10));
            interrupted.await();
            pass(Duration.ofMillis(500));

            assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.FORCED);
            assertThat(log).containsExactly("answer", "interrupted", "cut", "db");
            release.countDown();
            worker.join();
        }

        private Thread startStuckWork(Peer peer) throws InterruptedException {
            CountDownLatch inside = new CountDownLatch(1);
            Thread worker =
                    Thread.ofPlatform()
                            .name("worker-7")
                            .start(
                                    () -> {
                                        try (Permit _ = enter("/stuck", peer)) {
                                            inside.countDown();
                                            awaitDeaf(release);
                                        }
                                    });
            inside.await();
            return worker;
        }

        @Test
        void goesOnAtOnceWhenTheStragglerObeysItsInterrupt() throws Exception {
            CountDownLatch inside = new CountDownLatch(1);
            Thread worker =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (Permit _ = enter("/slow", peer)) {
                                            inside.countDown();
                                            new CountDownLatch(1).await();
                                        } catch (InterruptedException expected) {
                                            log.add("interrupted");
                                        }
                                    });
            inside.await();

            Future<ShutdownResult> future = shutdown.begin(TEST);
            pass(Duration.ofSeconds(10));

            worker.join();
            assertThat(future.get().stragglers())
                    .extracting(Straggler::fate)
                    .containsExactly(Fate.INTERRUPTED);
            assertThat(log).containsExactly("answer", "interrupted");
        }

        @Test
        void goesOnWithoutAPeerThatBlocks() throws Exception {
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            Permit permit =
                    enter(
                            "/rude",
                            new Peer() {
                                @Override
                                public void answer(Permit ignored) {
                                    asked.countDown();
                                    awaitDeaf(never);
                                }

                                @Override
                                public void cut(Permit ignored) {
                                    log.add("cut");
                                }
                            });
            permit.leaveThread();

            Future<ShutdownResult> future = shutdown.begin(TEST);
            pass(Duration.ofSeconds(10));
            asked.await();
            pass(Duration.ofMillis(500)); // its own time
            interrupted.await();
            pass(Duration.ofMillis(500)); // the grace after its interrupt
            pass(Duration.ofMillis(500)); // the grace of the work itself

            assertThat(future.get().errors())
                    .extracting(StepReport::name)
                    .containsExactly("answer GET /rude");
            assertThat(log).containsExactly("interrupted", "cut");
            never.countDown();
        }

        private class StubbornPeer implements Peer {
            @Override
            public void answer(Permit permit) {
                log.add("answer");
            }

            @Override
            public void cut(Permit permit) {
                log.add("cut");
            }

            @Override
            public String detail() {
                return "nothing sent";
            }
        }

        private void awaitDeaf(CountDownLatch latch) {
            while (true) {
                try {
                    latch.await();
                    return;
                } catch (InterruptedException again) {
                    log.add("interrupted");
                    interrupted.countDown();
                }
            }
        }
    }

    @Nested
    class WhenUsersCodeFails {

        @Test
        void keepsTheDrainItsTimeHoweverManyHooksHang() throws Exception {
            StructuredShutdown tight = open(NO_DELAY.withGracefulTimeout(Duration.ofSeconds(20)));
            tight.beforeShutdown("first", this::hang).beforeShutdown("second", this::hang);
            Permit work = (Permit) tight.requests().enter("/slow");
            work.leaveThread();

            Future<ShutdownResult> future = tight.begin(TEST);
            hanging.acquire();
            pass(Duration.ofSeconds(5));
            pass(Duration.ofMillis(500));
            hanging.acquire();
            pass(
                    Duration.ofMillis(
                            1_500)); // 20 s less reserve, forcing and the drain's 10 s leave 7.5 s
            // for hooks
            pass(Duration.ofMillis(500));
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(10).minusNanos(1));
            time.awaitWaiters(1);
            work.close();

            assertThat(future.get().stragglers()).isEmpty();
            assertThat(future.get().errors())
                    .extracting(StepReport::name)
                    .containsExactly("first", "second");
        }

        @Test
        void recordsWhatThrewAndGoesOn() throws Exception {
            shutdown.beforeShutdown(
                            "hook",
                            () -> {
                                throw new AssertionError("hook");
                            })
                    .register(
                            "redis",
                            ResourceType.REDIS,
                            () -> {
                                throw new IOException("redis");
                            })
                    .register("db", ResourceType.DATABASE, () -> log.add("db"))
                    .flush(
                            "logs",
                            () -> {
                                throw new StackOverflowError("logs");
                            });

            ShutdownResult result = shutdown.shutdown(TEST);

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.WITH_ERRORS);
            assertThat(log).containsExactly("db");
            assertThat(result.errors())
                    .extracting(StepReport::name)
                    .containsExactly("hook", "redis", "logs");
            assertThat(result.errors())
                    .extracting(step -> ((Outcome.Failed) step.outcome()).cause().getMessage())
                    .containsExactly("hook", "redis", "logs");
        }

        @Test
        void abandonsAResourceThatHangsAndClosesTheNext() throws Exception {
            shutdown.register("redis", ResourceType.REDIS, this::hang)
                    .register("db", ResourceType.DATABASE, () -> log.add("db"));

            Future<ShutdownResult> future = shutdown.begin(TEST);
            hanging.acquire();
            pass(Duration.ofSeconds(5));
            interrupted.acquire();
            pass(Duration.ofMillis(500));

            ShutdownResult result = future.get();
            assertThat(log).containsExactly("db");
            assertThat(result.errors())
                    .singleElement()
                    .satisfies(
                            step -> {
                                assertThat(step.name()).isEqualTo("redis");
                                assertThat(interrupts).hasValue(1);
                                Outcome.TimedOut timedOut = (Outcome.TimedOut) step.outcome();
                                assertThat(timedOut.allowed()).isEqualTo(Duration.ofSeconds(5));
                                assertThat(timedOut.fate()).isEqualTo(Fate.ABANDONED);
                                assertThat(timedOut.stack())
                                        .anySatisfy(
                                                frame ->
                                                        assertThat(frame.getMethodName())
                                                                .isEqualTo("hang"));
                            });
            assertThat(result.took()).isEqualTo(Duration.ofMillis(5_500));
        }

        @Test
        void keepsTheReserveForFlushingHoweverMuchHangs() throws Exception {
            StructuredShutdown tight =
                    open(
                            NO_DELAY.withGracefulTimeout(Duration.ofSeconds(10))
                                    .withDrainTimeout(Duration.ofSeconds(1)));
            for (int i = 0; i < 3; i++) {
                tight.register(
                        Resource.of("hanging-" + i, ResourceType.CUSTOM, this::hang)
                                .withPriority(i));
            }
            tight.flush("logs", () -> log.add("flushed after " + tight.progress().elapsed()));

            Future<ShutdownResult> future = tight.begin(TEST);
            hanging.acquire();
            pass(Duration.ofSeconds(5)); // the first one's own time
            pass(Duration.ofMillis(500));
            hanging.acquire();
            pass(Duration.ofSeconds(3)); // what is left before the grace and the reserve
            pass(Duration.ofMillis(500));

            assertThat(future.get().errors()).hasSize(3);
            assertThat(log).containsExactly("flushed after PT9S");
        }

        @Test
        void doesNotLetAHookWaitForItself() throws Exception {
            shutdown.beforeShutdown("impatient", () -> shutdown.shutdown(TEST));

            ShutdownResult result = shutdown.shutdown(TEST);

            assertThat(result.errors())
                    .singleElement()
                    .satisfies(
                            step ->
                                    assertThat(((Outcome.Failed) step.outcome()).cause())
                                            .isInstanceOf(IllegalStateException.class)
                                            .hasMessageContaining("'impatient'"));
        }

        @Test
        void doesNotLetACloseWaitForItself() throws Exception {
            shutdown.register("impatient", ResourceType.CUSTOM, shutdown::await);

            ShutdownResult result = shutdown.shutdown(TEST);

            assertThat(result.errors())
                    .singleElement()
                    .satisfies(
                            step ->
                                    assertThat(((Outcome.Failed) step.outcome()).cause())
                                            .isInstanceOf(IllegalStateException.class)
                                            .hasMessageContaining("'impatient'"));
        }

        @Test
        void raisesOnDemand() {
            StructuredShutdown raising = open(NO_DELAY.withRaiseOnError(true));
            IllegalStateException cause = new IllegalStateException("broken");
            raising.register(
                    "db",
                    ResourceType.DATABASE,
                    () -> {
                        throw cause;
                    });

            assertThatThrownBy(() -> raising.shutdown(TEST))
                    .isInstanceOf(ShutdownException.class)
                    .hasCause(cause);
        }

        private final Semaphore hanging = new Semaphore(0);
        private final Semaphore interrupted = new Semaphore(0);
        private final CountDownLatch never = new CountDownLatch(1);
        private final AtomicInteger interrupts = new AtomicInteger();

        /** A close that is deaf to interrupts. */
        private void hang() {
            hanging.release();
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException again) {
                    interrupts.incrementAndGet();
                    interrupted.release();
                }
            }
        }

        @AfterEach
        void letGo() {
            never.countDown();
        }
    }

    @Nested
    class WhenCalledByMany {

        @Test
        void runsOnceAndGivesEveryoneTheSameResult() throws Exception {
            shutdown.register("db", ResourceType.DATABASE, () -> log.add("db"));
            ConcurrentLinkedQueue<ShutdownResult> results = new ConcurrentLinkedQueue<>();
            List<Thread> callers =
                    java.util.stream.IntStream.range(0, 16)
                            .mapToObj(
                                    i ->
                                            Thread.ofPlatform()
                                                    .start(
                                                            () ->
                                                                    results.add(
                                                                            shutDown(
                                                                                    "caller "
                                                                                            + i))))
                            .toList();
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(log).containsExactly("db");
            assertThat(results)
                    .hasSize(16)
                    .allSatisfy(result -> assertThat(result).isSameAs(results.peek()));
            assertThat(shutdown.await()).isSameAs(results.peek());
        }

        @Test
        void doesNotWaitForTheWorkThatCallsIt() throws Exception {
            Permit request = enter("/admin/stop", Peer.NOBODY);

            assertThatThrownBy(() -> request.call(() -> shutdown.shutdown(TEST)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("call begin() here");
            assertThat(shutdown.isShuttingDown()).isFalse();

            Future<ShutdownResult> future = request.call(() -> shutdown.begin(TEST));
            request.close();
            assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }

        @Test
        void goesOnWhenAWaiterIsInterrupted() throws Exception {
            Permit request = enter("/slow", Peer.NOBODY);
            request.leaveThread();
            CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
            Thread.currentThread().interrupt();

            assertThatThrownBy(shutdown::await).isInstanceOf(InterruptedException.class);

            request.close();
            assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }

        @Test
        void cannotBeCompletedByACaller() throws Exception {
            CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
            future.completeExceptionally(new IllegalStateException("not mine"));

            assertThat(shutdown.await().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }

        private ShutdownResult shutDown(String who) {
            try {
                return shutdown.shutdown(new ShutdownReason.Requested(who));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Nested
    class WhenMisused {

        @Test
        void refusesANameTwiceOrBlank() {
            shutdown.register("db", ResourceType.DATABASE, () -> {});

            assertThatThrownBy(() -> shutdown.register("db", ResourceType.REDIS, () -> {}))
                    .hasMessage(
                            "name: a resource 'db' is registered already; allowed is each name"
                                    + " once");
            assertThatThrownBy(() -> shutdown.register(" ", ResourceType.REDIS, () -> {}))
                    .hasMessage("name: ' '; allowed is a resource's name that is not blank");
            shutdown.beforeShutdown("h", () -> {});
            assertThatThrownBy(() -> shutdown.beforeShutdown("h", () -> {}))
                    .hasMessage("name: a hook 'h' exists already; allowed is each name once");
        }

        @Test
        void refusesAResourceThatComesTooLate() throws Exception {
            shutdown.shutdown(TEST);

            assertThatThrownBy(
                            () ->
                                    shutdown.register(
                                            "late", ResourceType.CUSTOM, () -> log.add("late")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "resource 'late' comes too late: all resources are closed; close it"
                                    + " yourself");
            assertThat(log).isEmpty();
        }

        @Test
        void refusesAHookThatComesTooLate() throws Exception {
            shutdown.shutdown(TEST);

            assertThatThrownBy(() -> shutdown.beforeShutdown("late", () -> {}))
                    .hasMessageContaining("comes too late");
        }
    }

    @Nested
    class Listeners {

        @Test
        void hearOfPhasesProgressAndTheEnd() throws Exception {
            ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
            StructuredShutdown shutdown =
                    open(NO_DELAY.withProgressInterval(Duration.ofMillis(500)));
            shutdown.listen(
                    new ShutdownListener() {
                        @Override
                        public void phaseBegan(ShutdownProgress progress) {
                            heard.add(progress.phase().name());
                        }

                        @Override
                        public void progressed(ShutdownProgress progress) {
                            heard.add(progress.inFlight() + " in flight");
                        }

                        @Override
                        public void ended(ShutdownResult result) {
                            heard.add("ended");
                        }
                    });
            Permit work = (Permit) shutdown.requests().enter("/slow");
            work.leaveThread();
            CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
            time.awaitWaiters(1);
            time.advance(Duration.ofMillis(500));
            time.awaitWaiters(1);
            work.close();
            future.get();

            assertThat(heard)
                    .containsExactly(
                            "INITIATED",
                            "STOPPING_NEW_REQUESTS",
                            "DRAINING_CONNECTIONS",
                            "1 in flight",
                            "CLOSING_RESOURCES",
                            "FLUSHING_BUFFERS",
                            "COMPLETED",
                            "ended");
        }

        @Test
        void thatThrowDoNotDisturb() throws Exception {
            shutdown.listen(
                    new ShutdownListener() {
                        @Override
                        public void phaseBegan(ShutdownProgress progress) {
                            throw new AssertionError("broken listener");
                        }
                    });

            assertThat(shutdown.shutdown(TEST).status())
                    .isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    /** Lets the coordinator begin to wait, then lets the time pass for which it waits. */
    private void pass(Duration by) throws InterruptedException {
        time.awaitWaiters(1);
        time.advance(by);
    }

    private class Door implements Entrance {
        private final String name;

        Door(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void announce() {
            log.add("announce " + name);
        }

        @Override
        public void refuse(Deadline deadline) throws Exception {
            log.add("refuse " + name);
        }
    }
}
