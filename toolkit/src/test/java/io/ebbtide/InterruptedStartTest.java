package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.TimeSource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A start that is interrupted, or fails, ends with the close of what it has begun, and may be ended twice. */
@Tag("realtime")
@Timeout(60)
class InterruptedStartTest {

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final StructuredShutdown structured =
            StructuredShutdown.open(
                            ShutdownConfig.defaults().withLameDuck(Duration.ZERO),
                            TimeSource.system())
                    .listen(new ShutdownListener() {});

    @Test
    void closesWhatIsThereAndKeepsTheInterrupt() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        Thread main =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try (StandaloneShutdown shutdown =
                                            new StandaloneShutdown(structured)) {
                                        shutdown.registerDatabase(() -> log.add("db closed"));
                                        starting.countDown();
                                        new CountDownLatch(1).await(); // a server that binds
                                        shutdown.registerRedis(() -> log.add("redis closed"));
                                    } catch (InterruptedException stop) {
                                        Thread.currentThread().interrupt();
                                    }
                                    structured.close();
                                    log.add(
                                            "interrupted: "
                                                    + Thread.currentThread().isInterrupted());
                                });
        starting.await();

        main.interrupt();
        main.join();

        assertThat(log).containsExactly("db closed", "interrupted: true");
    }

    @Test
    void leavesAShutdownThatDoesNoHarmWhenItFailed() throws Exception {
        RuntimeException failure = new IllegalStateException("no database");

        try {
            structured.register("cache", ResourceType.REDIS, () -> log.add("cache closed"));
            throw failure;
        } catch (IllegalStateException noDatabase) {
            structured.close();
            structured.close();
        }

        assertThat(structured.shutdown(new ShutdownReason.Requested("again")).status())
                .isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(log).containsExactly("cache closed");
    }
}
