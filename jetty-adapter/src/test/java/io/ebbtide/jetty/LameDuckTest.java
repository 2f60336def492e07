package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The time between the announcement and the closing of the doors, from end to end. */
@Timeout(60)
class LameDuckTest {

    private static final Duration CAP = Duration.ofSeconds(50);

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(Pool.class)
    void saysNoToBalancersAndCloseToClientsAndServesThemAll(Pool pool) throws Exception {
        CountDownLatch announced = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Served served = Served.by(pool, script, LameDuckTest::withTime);
                RawClient old = served.client()) {
            served.shutdown
                    .hooks()
                    .before(
                            "hold the moment",
                            () -> {
                                announced.countDown();
                                goOn.await();
                            });
            assertThat(old.exchange("/fast").saysClose()).isFalse();

            CompletableFuture<ShutdownResult> result = served.begin();
            announced.await();

            assertThat(RawClient.once(served.port(), "/ready").status()).isEqualTo(503);
            Answer onOldConnection = old.exchange("/fast");
            assertThat(onOldConnection.isServed()).isTrue();
            assertThat(onOldConnection.saysClose()).isTrue();
            assertThat(old.isClosedByServer()).isTrue();
            Answer onNewConnection = RawClient.once(served.port(), "/fast");
            assertThat(onNewConnection.isServed()).isTrue();
            assertThat(onNewConnection.saysClose()).isTrue();
            goOn.countDown();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(CAP); // it has been quiet before
            assertThat(result.get().lateArrivals().count()).isZero();
            assertThat(result.get().refused()).isZero();
        }
    }

    private static ShutdownConfig withTime(ShutdownConfig config) {
        return config.withGracefulTimeout(Duration.ofMinutes(3))
                .withLameDuck(CAP)
                .withResourceCloseTimeout(Duration.ofMinutes(1));
    }

    @Test
    void isTooShortByWhatTheLatestArrivalSays() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script, Served.PATIENTLY);
                RawClient holder = served.client();
                RawClient late = served.client();
                RawClient later = served.client()) {
            for (RawClient client : new RawClient[] {late, later}) {
                assertThat(client.exchange("/fast").isServed()).isTrue();
            }
            holder.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> future = served.drain();
            assertThat(late.exchange("/fast").isUnavailable()).isTrue();
            assertThat(later.exchange("/fast").isUnavailable()).isTrue();
            script.open();
            assertThat(holder.receive().isServed()).isTrue();

            ShutdownResult result = future.get();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.lateArrivals().count()).isEqualTo(2);
            assertThat(result.lateArrivals().latest()).isPositive().isLessThan(result.took());
            assertThat(result.toString())
                    .contains("  > 2 requests came after the doors had closed, the last ")
                    .contains("later: your delay was too short by ");
        }
    }

    @Test
    void leavesNobodyBehindIfThereIsNoneAndNobodyComes() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script)) {
            ShutdownResult result = served.begin().get();

            assertThat(result.lateArrivals().count()).isZero();
            assertThat(result.toString()).doesNotContain("your delay");
        }
    }
}
