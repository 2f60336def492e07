package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What clients see while a shutdown announces itself, whatever is spoken. */
@Timeout(60)
class LameDuckOnEachWireTest {

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(Wire.class)
    void servesInTheLameDuckTimeAndTellsEveryClientToLeave(Wire wire) throws Exception {
        Setup setup = new Setup(wire, Pool.VIRTUAL_HANDLERS);
        try (Served served = Served.by(setup, script, LameDuckOnEachWireTest::slowly);
                Client old = served.connect()) {
            assertThat(old.exchange("/fast").isServed()).isTrue();
            assertThat(old.isToldToLeave()).isFalse();

            CompletableFuture<ShutdownResult> result = served.begin();
            awaitAnnouncement(served);
            assertThat(old.exchange("/fast").isServed()).isTrue();
            assertThat(old.isToldToLeave()).isTrue();
            try (Client fresh = served.connect()) {
                assertThat(fresh.exchange("/fast").isServed()).isTrue();
                assertThat(fresh.isToldToLeave()).isTrue();
            }

            assertThat(old.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    /** The first probe that says no has seen the announcement. */
    private static void awaitAnnouncement(Served served) throws Exception {
        try (Client probe = served.connect()) {
            while (probe.exchange("/ready").status() != 503) {
                Thread.onSpinWait();
            }
        }
    }

    private static ShutdownConfig slowly(ShutdownConfig config) {
        return config.withLameDuck(Duration.ofSeconds(10)).withLameDuckQuiet(Duration.ofSeconds(1));
    }
}
