package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What load balancers are told. */
@Timeout(60)
class ReadinessTest {

    private final Script script = new Script();

    @Test
    void says200WhileServing() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script);
                RawClient probe = served.client()) {
            Answer answer = probe.exchange("/ready?from=balancer");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.saysClose()).isFalse();
            assertThat(probe.exchange("/ready/").status()).isEqualTo(404);
            assertThat(script.seen).containsExactly("/ready/");
        }
    }

    @Test
    void answersProbesInHttp10() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script);
                RawClient probe = served.client()) {
            Answer answer = probe.send("OPTIONS /ready HTTP/1.0\r\n\r\n").receive();

            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void says503OnOpenConnectionsWhileDraining() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script, Served.PATIENTLY);
                RawClient holder = served.client();
                RawClient probe = served.client()) {
            assertThat(probe.exchange("/ready").status()).isEqualTo(200);
            holder.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            Answer answer = probe.exchange("/ready");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.saysClose()).isTrue();
            script.open();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().refused()).isZero();
        }
    }

    @Test
    void doesNotProlongTheLameDuckTime() throws Exception {
        try (Served served =
                Served.by(
                        Pool.VIRTUAL_HANDLERS,
                        script,
                        config ->
                                config.withGracefulTimeout(Duration.ofMinutes(2))
                                        .withLameDuck(Duration.ofMinutes(1)))) {
            CompletableFuture<ShutdownResult> result = served.begin();
            while (RawClient.once(served.port(), "/ready").status() != 0) {
                assertThat(result).isNotCompletedExceptionally();
            }

            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(20));
        }
    }
}
