package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.Fate;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.FakeTime;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

@Timeout(30)
class StandaloneShutdownTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");

    private final FakeTime time = new FakeTime();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final StructuredShutdown structured =
            StructuredShutdown.open(
                            ShutdownConfig.defaults()
                                    .withLameDuck(Duration.ZERO)
                                    .withProgressInterval(Duration.ofHours(1)),
                            time)
                    .listen(new ShutdownListener() {});

    @Test
    void waitsForItsBlock() throws Exception {
        Future<ShutdownResult> result;
        try (StandaloneShutdown shutdown = new StandaloneShutdown(structured)) {
            shutdown.register("outbox", ResourceType.CUSTOM, () -> log.add("outbox closed"));
            assertThat(shutdown.isShuttingDown()).isFalse();
            result = structured.begin(TEST);
            shutdown.await();
            assertThat(shutdown.isShuttingDown()).isTrue();
            time.awaitWaiters(1);
            log.add("block left");
        }

        assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.get().reason()).isEqualTo(TEST);
        assertThat(log).containsExactly("block left", "outbox closed");
    }

    @Test
    void shutsDownWhenItsBlockIsLeft() throws Exception {
        try (StandaloneShutdown shutdown = new StandaloneShutdown(structured)) {
            shutdown.register(
                    Resource.of("outbox", ResourceType.CUSTOM, () -> log.add("outbox closed")));
        }

        assertThat(log).containsExactly("outbox closed");
        assertThat(structured.await().reason()).isEqualTo(new ShutdownReason.Requested("closed"));
    }

    @Test
    void shutsDownWhenItsBlockThrows() {
        assertThatThrownBy(
                        () -> {
                            try (StandaloneShutdown shutdown = new StandaloneShutdown(structured)) {
                                shutdown.registerDatabase(() -> log.add("database closed"));
                                throw new IllegalStateException("no database");
                            }
                        })
                .hasMessage("no database");
        assertThat(log).containsExactly("database closed");
    }

    @Test
    void interruptsItsBlockAtTheDrainDeadline() throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        Thread main =
                Thread.ofPlatform()
                        .name("main of a test")
                        .start(
                                () -> {
                                    try (StandaloneShutdown _ =
                                            new StandaloneShutdown(structured)) {
                                        opened.countDown();
                                        new CountDownLatch(1).await();
                                    } catch (InterruptedException e) {
                                        log.add("interrupted");
                                    }
                                });
        opened.await();
        Future<ShutdownResult> result = structured.begin(TEST);
        time.awaitWaiters(1);

        time.advance(structured.config().drainTimeout());

        assertThat(result.get().stragglers())
                .extracting(Straggler::name, Straggler::thread, Straggler::fate)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "main of a test", "main of a test", Fate.INTERRUPTED));
        main.join();
        assertThat(log).containsExactly("interrupted");
    }

    @Test
    void closesRedisBeforeTheDatabase() {
        try (StandaloneShutdown shutdown = new StandaloneShutdown(structured)) {
            shutdown.registerDatabase(() -> log.add("database closed"))
                    .registerRedis(() -> log.add("redis closed"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> shutdown.registerDatabase(() -> {}))
                    .withMessage(
                            "name: a resource 'database' is registered already; allowed is each"
                                    + " name once");
        }

        assertThat(log).containsExactly("redis closed", "database closed");
    }
}
