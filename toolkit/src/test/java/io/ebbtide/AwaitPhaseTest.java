package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ebbtide.report.Fate;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** Threads that wait until a shutdown has come so far. */
@Timeout(30)
class AwaitPhaseTest extends OnFakeTime {

    private final Permit work = enter("/orders", Peer.NOBODY);

    private Thread start(ShutdownPhase awaited) {
        return Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                shutdown.awaitPhase(awaited);
                                log.add(awaited + " has come");
                            } catch (InterruptedException e) {
                                log.add("interrupted");
                            }
                        });
    }

    @Test
    void goOnWhenThePhaseHasCome() throws Exception {
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));
        Thread waiter = start(ShutdownPhase.FLUSHING_BUFFERS);

        Future<ShutdownResult> future = shutdown.begin(TEST);
        shutdown.awaitPhase(ShutdownPhase.DRAINING_CONNECTIONS);
        assertThat(shutdown.progress().phase()).isEqualTo(ShutdownPhase.DRAINING_CONNECTIONS);
        log.add("work ends");
        work.close();
        future.get();
        waiter.join();

        assertThat(log).containsExactly("work ends", "db closed", "FLUSHING_BUFFERS has come");
    }

    @Test
    void mayLetTheTimeOfTheDrainPassAtOnce() throws Exception {
        work.leaveThread();
        CountDownLatch inside = new CountDownLatch(1);
        shutdown.hooks().before("hook that is still running", () -> {});
        shutdown.requests()
                .fork(
                        "GET /slow",
                        () -> {
                            inside.countDown();
                            new CountDownLatch(1).await();
                            return "never";
                        });
        inside.await();
        work.close();

        Future<ShutdownResult> future = shutdown.begin(TEST);
        shutdown.awaitPhase(ShutdownPhase.DRAINING_CONNECTIONS);
        time.advance(shutdown.config().drainTimeout());

        assertThat(future.get().stragglers())
                .extracting(Straggler::fate)
                .containsExactly(Fate.INTERRUPTED);
        assertThat(future.get().errors()).isEmpty();
    }

    @Test
    void takeEitherEndForTheEnd() throws Exception {
        shutdown.awaitPhase(ShutdownPhase.RUNNING);
        work.close();
        Future<ShutdownResult> future = shutdown.begin(TEST);

        shutdown.awaitPhase(ShutdownPhase.INITIATED);
        shutdown.awaitPhase(ShutdownPhase.FORCED);

        assertThat(shutdown.progress().phase()).isEqualTo(ShutdownPhase.COMPLETED);
        future.get();
    }

    @Test
    void doNotWaitForThemselves() {
        assertThatIllegalStateException()
                .isThrownBy(() -> work.call(() -> awaitInside(ShutdownPhase.CLOSING_RESOURCES)))
                .withMessageContaining("'GET /orders'");
        work.close();
    }

    private boolean awaitInside(ShutdownPhase phase) throws InterruptedException {
        shutdown.awaitPhase(phase);
        return true;
    }
}
