package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Readiness is off, everybody is served. */
@Timeout(30)
class LameDuckTest extends OnFakeTime {

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

    @Test
    void tellsWorkThatHasAskedForItAndGivesItTheTime() throws Exception {
        time.advance(Duration.ofSeconds(5));
        CountDownLatch told = new CountDownLatch(1);
        Permit stream = (Permit) slow.requests().enter("stream");
        stream.onLameDuck(
                () -> {
                    assertThat(slow.progress().phase()).isEqualTo(ShutdownPhase.INITIATED);
                    stream.close();
                    told.countDown();
                });

        CompletableFuture<ShutdownResult> future = slow.begin(TEST);
        told.await();
        ((Permit) slow.requests().enter("newcomer")).close();
        time.awaitWaiters(1);
        time.advance(Duration.ofMillis(200));

        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }
}
