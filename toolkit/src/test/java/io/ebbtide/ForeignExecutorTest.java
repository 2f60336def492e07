package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** An executor that nobody has given to the shutdown, although work runs on it. */
@Timeout(30)
class ForeignExecutorTest {

    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                    config ->
                            config.withLameDuck(Duration.ZERO)
                                    .withDrainTimeout(Duration.ofMillis(50)));

    private final ExecutorService foreign = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        foreign.shutdownNow();
    }

    @Test
    void isLeftAloneAfterTheRequestsThatRanOnIt() throws Exception {
        Future<?> request = foreign.submit(() -> serve(() -> {}));
        request.get();

        ShutdownResult result = shutdown.shutdown(new ShutdownReason.Requested("test"));

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertWorksOn();
    }

    @Test
    void isLeftAloneThoughAStragglerOnItWasInterrupted() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<String> ending = new CompletableFuture<>();
        foreign.execute(() -> serve(() -> straggle(inside, ending)));
        inside.await();

        ShutdownResult result = shutdown.shutdown(new ShutdownReason.Requested("test"));

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(ending.get()).isEqualTo("interrupted");
        assertWorksOn();
    }

    private static void straggle(CountDownLatch inside, CompletableFuture<String> ending) {
        inside.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            ending.complete("interrupted");
        }
    }

    @Test
    void isLeftAloneOnceItHasBeenTakenBack() throws Exception {
        shutdown.register("pool", ResourceType.EXECUTOR, foreign);
        assertThat(shutdown.unregister("pool")).isTrue();

        ShutdownResult result = shutdown.shutdown(new ShutdownReason.Requested("test"));

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertWorksOn();
    }

    @Test
    void isShutDownIfItHasBeenGiven() throws Exception {
        shutdown.register("pool", ResourceType.EXECUTOR, foreign);

        ShutdownResult _ = shutdown.shutdown(new ShutdownReason.Requested("test"));

        assertThat(foreign.isTerminated()).isTrue();
    }

    private void serve(Runnable request) {
        try (Permit permit = (Permit) shutdown.requests().enter("GET", "/orders", Peer.NOBODY)) {
            permit.run(request);
        }
    }

    private void assertWorksOn() throws Exception {
        assertThat(foreign.isShutdown()).isFalse();
        assertThat(foreign.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
    }
}
