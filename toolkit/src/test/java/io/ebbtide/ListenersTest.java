package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Whoever is told what a shutdown does. */
@Timeout(30)
class ListenersTest extends OnFakeTime {

    @Test
    void hearOfPhasesProgressAndTheEnd() throws Exception {
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        StructuredShutdown shutdown = open(NO_DELAY.withProgressInterval(Duration.ofMillis(500)));
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

        assertThat(shutdown.shutdown(TEST).status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }
}
