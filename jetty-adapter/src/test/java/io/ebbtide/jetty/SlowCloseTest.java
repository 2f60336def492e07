package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;

import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A connection whose closing takes its time: because of what listens to it, for example. */
@Timeout(60)
class SlowCloseTest {

    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    /** Holds whoever closes a connection, and heeds no interrupt. */
    private final Connection.Listener slow =
            new Connection.Listener() {
                @Override
                public void onClosed(Connection connection) {
                    closing.countDown();
                    while (gate.getCount() > 0) {
                        try {
                            gate.await();
                        } catch (InterruptedException ignored) {
                            closing.countDown(); // it has been told, and goes on
                        }
                    }
                }
            };

    @AfterEach
    void letItEnd() {
        gate.countDown();
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void isWaitedForIfThereIsTimeEnough(Pool pool) throws Exception {
        try (Served served = Served.by(pool, new Script())) {
            served.connector.addEventListener(slow);
            try (RawClient client = served.client()) {
                assertThat(client.exchange("/fast").isServed()).isTrue();

                CompletableFuture<ShutdownResult> result = served.begin();
                closing.await();
                gate.countDown();

                assertThat(client.isClosedByServer()).isTrue();
                assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "VIRTUAL_HANDLERS, 0", "PLATFORM, 0", "ALL_VIRTUAL, 0",
        "VIRTUAL_HANDLERS, 200", "PLATFORM, 200", "ALL_VIRTUAL, 200",
    })
    void isAbandonedWhenItsTimeIsOver(Pool pool, long drainMillis) throws Exception {
        try (Served served = Served.by(pool, new Script(), config -> tight(config, drainMillis))) {
            served.connector.addEventListener(slow);
            try (RawClient client = served.client()) {
                assertThat(client.exchange("/fast").isServed()).isTrue();

                ShutdownResult result = served.begin().get();

                assertThat(client.isClosedByServer()).isTrue();
                assertThat(result.took()).isLessThan(result.budget());
                assertThat(result.errors())
                        .extracting(StepReport::name)
                        .hasSizeBetween(pool == Pool.ALL_VIRTUAL ? 0 : 1, 1) // which need not wait
                        .allMatch(("jetty http 127.0.0.1:" + served.port())::equals);
            }
        }
    }

    private static ShutdownConfig tight(ShutdownConfig config, long drainMillis) {
        return config.withLameDuck(Duration.ZERO)
                .withDrainTimeout(Duration.ofMillis(drainMillis))
                .withResourceCloseTimeout(Duration.ofSeconds(1))
                .withGracefulTimeout(Duration.ofSeconds(10));
    }
}
