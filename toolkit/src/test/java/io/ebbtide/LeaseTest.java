package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Lease;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Fork;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** Nothing is closed while it is in use without a line that says so. */
@Timeout(30)
class LeaseTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");
    private static final Duration CLOSE = Duration.ofSeconds(4);

    private final FakeTime time = new FakeTime();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Pool pool = new Pool();
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                            ShutdownConfig.defaults()
                                    .withLameDuck(Duration.ZERO)
                                    .withResourceCloseTimeout(CLOSE)
                                    .withProgressInterval(Duration.ofHours(1)),
                            time)
                    .listen(new ShutdownListener() {})
                    .register("pool", ResourceType.DATABASE, pool);

    private final class Pool implements AutoCloseable {
        @Override
        public void close() {
            log.add("closed");
        }
    }

    /** Waits until the coordinator waits for the close, which waits for the lease. */
    private Future<ShutdownResult> beginAndAwaitTheWaitingClose() throws InterruptedException {
        Future<ShutdownResult> result = shutdown.begin(TEST);
        time.awaitWaiters(2);
        return result;
    }

    private static Outcome close(ShutdownResult result) {
        return result.steps().stream()
                .filter(step -> step.phase() == ShutdownPhase.CLOSING_RESOURCES)
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    @Test
    void keepsAResourceOpen() throws Exception {
        Lease lease = shutdown.lease(pool);
        Future<ShutdownResult> result = beginAndAwaitTheWaitingClose();

        log.add("given back");
        lease.close();

        assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(log).containsExactly("given back", "closed");
    }

    @Test
    void endsWhenThreeQuartersOfTheTimeHavePassedAndItsHolderIsNamed() throws Exception {
        Permit request = (Permit) shutdown.requests().enter("GET /orders/42");
        request.run(() -> shutdown.lease(pool));
        request.close(); // and forgets what it has leased

        Future<ShutdownResult> result = beginAndAwaitTheWaitingClose();
        time.advance(CLOSE.dividedBy(4).multipliedBy(3));

        assertThat(close(result.get()))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.cause())
                                        .hasMessage(
                                                "closed while in use by 'GET /orders/42' for"
                                                        + " 3000 ms"));
        assertThat(log).containsExactly("closed");
    }

    @Test
    void isNotGivenOnceTheResourceCloses() throws Exception {
        Lease held = shutdown.lease(pool);
        Future<ShutdownResult> result = beginAndAwaitTheWaitingClose();

        assertThatIllegalStateException()
                .isThrownBy(() -> shutdown.lease(pool))
                .withMessage(
                        "resource 'pool' is being closed, or is closed: nobody can lease it any"
                                + " more");

        held.close();
        result.get();
    }

    @Test
    void belongsToTheWorkThatAskedForItOrToTheThread() throws Exception {
        Fork<String> fork =
                shutdown.requests()
                        .fork(
                                "GET /report",
                                () -> {
                                    try (Lease lease = shutdown.lease(pool)) {
                                        return lease.toString();
                                    }
                                });
        shutdown.shutdown(TEST);

        assertThat(fork.get()).isEqualTo("Lease[pool to GET /report]");
    }

    @Test
    void isOverOnceHoweverOftenItIsClosed() throws Exception {
        Lease once = shutdown.lease(pool);
        Lease other = shutdown.lease(pool);
        assertThat(other.holder()).isEqualTo(Thread.currentThread().getName());
        once.close();
        once.close();
        Future<ShutdownResult> result = beginAndAwaitTheWaitingClose();

        log.add("other given back");
        other.close();

        result.get();
        assertThat(log).containsExactly("other given back", "closed");
    }

    @RepeatedTest(200)
    void isEitherWaitedForOrRefusedWhenItRacesTheClose() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Thread user =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        go.await();
                                        try (Lease _ = shutdown.lease(pool)) {
                                            log.add("used");
                                            Thread.onSpinWait();
                                            log.add("used");
                                        }
                                    } catch (IllegalStateException refused) {
                                        log.add("refused");
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                });
        go.countDown();
        shutdown.shutdown(TEST);
        user.join();

        assertThat(String.join(" ", log))
                .isIn("used used closed", "closed refused", "refused closed");
    }
}
