package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.LateArrivals;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;
import io.ebbtide.work.Scope;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Requests that come when the doors are closed tell how much longer they should have been open. */
@Timeout(30)
class LateArrivalsTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");
    private static final ShutdownConfig NO_DELAY =
            ShutdownConfig.defaults()
                    .withLameDuck(Duration.ZERO)
                    .withProgressInterval(Duration.ofHours(1)); // one wait is one wait

    private final FakeTime time = new FakeTime();

    private StructuredShutdown open(ShutdownConfig config) {
        return StructuredShutdown.open(config, time).listen(new ShutdownListener() {});
    }

    @Test
    void areCountedAndTheLatestIsTimed() throws Exception {
        StructuredShutdown shutdown = open(NO_DELAY);
        Permit running = (Permit) shutdown.requests().enter("GET /slow");
        CompletableFuture<ShutdownResult> future = beginToDrain(shutdown);

        time.advance(Duration.ofMillis(40));
        assertThat(shutdown.requests().enter("GET /late")).isEqualTo(Refusal.SHUTTING_DOWN);
        time.advance(Duration.ofMillis(300));
        assertThat(shutdown.requests().enter("GET /later")).isEqualTo(Refusal.SHUTTING_DOWN);
        time.advance(Duration.ofSeconds(1));
        running.close();

        ShutdownResult result = future.get();
        assertThat(result.lateArrivals()).isEqualTo(new LateArrivals(2, Duration.ofMillis(340)));
        assertThat(result.toString())
                .contains(
                        "  > 2 requests came after the doors had closed, the last 340 ms later:"
                                + " your delay was too short by 340 ms");
    }

    @Test
    void areNoneIfNobodyCame() throws Exception {
        StructuredShutdown shutdown = open(NO_DELAY);

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.lateArrivals()).isEqualTo(LateArrivals.NONE);
        assertThat(result.toString()).doesNotContain("delay");
    }

    @Test
    void areNotThoseForWhomThereWasNoRoom() throws Exception {
        StructuredShutdown shutdown = open(NO_DELAY.withMaxInFlightRequests(1));
        Permit running = (Permit) shutdown.requests().enter("GET /slow");
        assertThat(shutdown.requests().enter("GET /more")).isEqualTo(Refusal.LIMIT_REACHED);
        running.close();

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.refused()).isEqualTo(1);
        assertThat(result.lateArrivals()).isEqualTo(LateArrivals.NONE);
    }

    private CompletableFuture<ShutdownResult> beginToDrain(StructuredShutdown shutdown)
            throws InterruptedException, ExecutionException {
        CompletableFuture<ShutdownResult> future = shutdown.begin(TEST);
        time.awaitWaiters(1); // the coordinator now waits for the request
        assertThat(shutdown.requests().state()).isEqualTo(Scope.State.DRAINING);
        return future;
    }
}
