package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Fate;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** What becomes of work that is still running then. */
@Timeout(30)
class DrainDeadlineTest extends OnFakeTime {

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
                                        awaitDeaf(inside, release);
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
                                awaitDeaf(asked, never);
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

    /** Opens {@code inside} once it is on the stack. */
    private void awaitDeaf(CountDownLatch inside, CountDownLatch latch) {
        inside.countDown();
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
