package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Fate;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.work.Fork;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** Work that obeys its interrupt has ended, with its cleanup, when the result is there. */
@Tag("realtime")
@Timeout(60)
class AfterTheDeadlineTest {

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final CountDownLatch running = new CountDownLatch(3);
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                            c ->
                                    c.withLameDuck(Duration.ZERO)
                                            .withDrainTimeout(Duration.ofMillis(50))
                                            .withInterruptGrace(Duration.ofSeconds(5)))
                    .listen(new ShutdownListener() {});

    private boolean work(String name) throws InterruptedException {
        running.countDown();
        try {
            new CountDownLatch(1).await();
            return true;
        } finally {
            log.add(name + " cleaned up");
        }
    }

    @Test
    void nothingOfItRunsOnInTheBackground() throws Exception {
        Fork<Boolean> request = shutdown.requests().fork("request", () -> work("request"));
        Future<Boolean> mail = shutdown.executor("mails").submit("mail", () -> work("mail"));
        shutdown.backgroundTasks().start("poller", _ -> work("poller"));
        running.await();

        ShutdownResult result = shutdown.shutdown(new ShutdownReason.Requested("test"));

        assertThat(log)
                .containsExactlyInAnyOrder(
                        "request cleaned up", "mail cleaned up", "poller cleaned up");
        assertThat(request.isDone()).isTrue();
        assertThat(mail.isDone()).isTrue();
        assertThat(shutdown.work().inFlight()).isZero();
        assertThat(result.stragglers())
                .hasSize(3)
                .extracting(Straggler::fate)
                .containsOnly(Fate.INTERRUPTED);
    }
}
