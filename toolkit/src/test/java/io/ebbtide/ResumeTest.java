package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

@Timeout(30)
class ResumeTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");

    private final FakeTime time = new FakeTime();
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final Semaphore hookEnded = new Semaphore(0);
    private final Semaphore draining = new Semaphore(0);
    private final Semaphore calledOff = new Semaphore(0);
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(ShutdownConfig.defaults(), time)
                    .listen(new Listener())
                    .entrance(new Door())
                    .register("db", ResourceType.DATABASE, () -> log.add("db closed"));

    @BeforeEach
    void addAHook() {
        shutdown.hooks().before("before", () -> log.add("before"));
    }

    @Test
    void callsAShutdownOffThatHasOnlyAnnouncedItself() throws Exception {
        CompletableFuture<ShutdownResult> future = announce();

        assertThat(shutdown.resume()).isTrue();

        assertThat(shutdown.isShuttingDown()).as("readiness is on").isFalse();
        assertThat(shutdown.progress().phase()).isEqualTo(ShutdownPhase.RUNNING);
        assertThatThrownBy(future::join).hasCauseInstanceOf(CancellationException.class);
        calledOff.acquire();
        assertThat(log).containsExactly("announce", "before", "resume");
        assertThat(shutdown.requests().enter("later")).isInstanceOf(Permit.class);
    }

    @Test
    void goesThroughAllOfItTheNextTime() throws Exception {
        CompletableFuture<ShutdownResult> _ = announce();
        assertThat(shutdown.resume()).isTrue();
        calledOff.acquire();
        log.clear();
        time.advance(Duration.ofSeconds(5)); // nobody has come for long

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(log).containsExactly("announce", "before", "refuse", "db closed");
    }

    @Test
    void takesHooksEntrancesAndListenersAgain() throws Exception {
        CompletableFuture<ShutdownResult> _ = announce();
        assertThatIllegalStateException()
                .isThrownBy(() -> shutdown.listen(new ShutdownListener() {}))
                .withMessage("this listener comes too late: the shutdown has begun");
        assertThat(shutdown.resume()).isTrue();
        calledOff.acquire();
        log.clear();

        shutdown.listen(
                new ShutdownListener() {
                    @Override
                    public void ended(ShutdownResult result) {
                        log.add("told");
                    }
                });
        shutdown.hooks().before("another", () -> log.add("another"));
        time.advance(Duration.ofSeconds(5));

        assertThat(shutdown.shutdown(TEST).status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(log)
                .containsExactly("announce", "before", "another", "refuse", "db closed", "told");
    }

    @Test
    void beginsAgainIfAskedBeforeTheFirstOneIsOver() throws Exception {
        CompletableFuture<ShutdownResult> first = announce();
        assertThat(shutdown.resume()).isTrue();

        CompletableFuture<ShutdownResult> second =
                shutdown.begin(new ShutdownReason.Requested("after all"));
        calledOff.acquire();
        awaitLameDuck();
        time.advance(Duration.ofSeconds(1));

        assertThat(second.join().reason().describe()).isEqualTo("after all");
        assertThat(first).isCompletedExceptionally();
    }

    @Test
    void leavesThoseWaitingWhoWaitForAnyShutdown() throws Exception {
        CompletableFuture<ShutdownResult> waiting =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return shutdown.await();
                            } catch (InterruptedException failed) {
                                throw new IllegalStateException(failed);
                            }
                        });
        CompletableFuture<ShutdownResult> _ = announce();
        assertThat(shutdown.resume()).isTrue();
        calledOff.acquire();
        assertThat(waiting).isNotDone();
        time.advance(Duration.ofSeconds(5));

        assertThat(shutdown.shutdown(TEST)).isSameAs(waiting.join());
    }

    @Test
    void isTooLateOnceSomebodyIsRefused() throws Exception {
        Permit work = (Permit) shutdown.requests().enter("work");
        time.advance(Duration.ofSeconds(5));
        CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
        draining.acquire();

        assertThat(shutdown.resume()).isFalse();

        work.close();
        assertThat(future.join().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(shutdown.resume()).as("over").isFalse();
    }

    @Test
    void hasNothingToDoWhereNobodyHasBegun() {
        assertThat(shutdown.resume()).isFalse();
    }

    @Test
    void cannotKeepAnOwnerFromLeaving() throws Exception {
        busy();
        Thread owner = Thread.ofPlatform().start(shutdown::close);
        awaitLameDuck();

        assertThat(shutdown.resume()).isFalse();

        time.advance(Duration.ofSeconds(1));
        owner.join();
        assertThat(log).endsWith("db closed");
    }

    private CompletableFuture<ShutdownResult> announce() throws InterruptedException {
        busy();
        CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
        awaitLameDuck();
        return future;
    }

    /** The steps before it are waited for as well. */
    private void awaitLameDuck() throws InterruptedException {
        hookEnded.acquire();
        time.awaitWaiters(1);
    }

    private void busy() {
        time.advance(Duration.ofSeconds(5));
        ((Permit) shutdown.requests().enter("somebody")).close();
    }

    private final class Listener implements ShutdownListener {
        @Override
        public void phaseBegan(ShutdownProgress progress) {
            if (progress.phase() == ShutdownPhase.DRAINING_CONNECTIONS) {
                draining.release();
            }
        }

        @Override
        public void stepEnded(StepReport step) {
            if (step.name().equals("before")) {
                hookEnded.release();
            }
        }

        @Override
        public void calledOff(ShutdownProgress progress) {
            calledOff.release();
        }
    }

    private final class Door implements Entrance {
        @Override
        public String name() {
            return "door";
        }

        @Override
        public void announce() {
            log.add("announce");
        }

        @Override
        public void resume() {
            log.add("resume");
        }

        @Override
        public void refuse(Deadline deadline) {
            log.add("refuse");
        }
    }
}
