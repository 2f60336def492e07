package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** What clients see while a shutdown announces itself, whatever is spoken. */
@Timeout(60)
class LameDuckOnEachWireTest {

    private final Script script = new Script();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @ParameterizedTest
    @EnumSource(Wire.class)
    void servesInTheLameDuckTimeAndTellsEveryClientToLeave(Wire wire) throws Exception {
        Setup setup = new Setup(wire, Pool.VIRTUAL_HANDLERS);
        try (Served served = Served.by(setup, script, LameDuckOnEachWireTest::slowly);
                Client old = served.connect()) {
            assertThat(old.exchange("/fast").isServed()).isTrue();
            assertThat(old.isToldToLeave()).isFalse();

            CompletableFuture<ShutdownResult> result = announce(served);
            assertThat(old.exchange("/fast").isServed()).isTrue();
            assertThat(old.isToldToLeave()).isTrue();
            for (String path : new String[] {"/fast", "/nothing-here"}) {
                try (Client fresh = served.connect()) {
                    Answer answer = fresh.exchange(path);
                    assertThat(answer.status()).isEqualTo(path.equals("/fast") ? 200 : 404);
                    assertThat(fresh.isToldToLeave()).isTrue();
                }
            }

            goOn.countDown();
            assertThat(old.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    /** So clients come back one by one, each when it has something to ask, and not all at the same moment. */
    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"HTTP", "HTTPS"})
    void closesEachConnectionWithItsOwnNextResponse(Wire wire) throws Exception {
        Setup setup = new Setup(wire, Pool.VIRTUAL_HANDLERS);
        try (Served served = Served.by(setup, script, LameDuckOnEachWireTest::slowly)) {
            Deque<Client> open = new ArrayDeque<>();
            for (int i = 0; i < 10; i++) {
                Client client = served.connect();
                assertThat(client.exchange("/fast").isServed()).isTrue();
                open.add(client);
            }
            CompletableFuture<ShutdownResult> result = announce(served);

            while (!open.isEmpty()) {
                try (Client next = open.remove()) {
                    assertThat(next.exchange("/fast").isServed()).isTrue();
                    assertThat(next.isToldToLeave()).isTrue();
                    assertThat(next.isClosedByServer()).isTrue();
                }
                for (Client other : open) {
                    assertThat(other.idle(Duration.ofMillis(1))).isTrue();
                }
            }
            goOn.countDown();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().refused()).isZero();
        }
    }

    /** Begins a shutdown, which stays in its lame-duck time until it is told to go on. */
    private CompletableFuture<ShutdownResult> announce(Served served) throws Exception {
        CountDownLatch announced = new CountDownLatch(1);
        served.shutdown
                .hooks()
                .before(
                        "hold the moment",
                        () -> {
                            announced.countDown();
                            goOn.await();
                        });
        CompletableFuture<ShutdownResult> result = served.begin();
        announced.await();
        return result;
    }

    private static ShutdownConfig slowly(ShutdownConfig config) {
        return config.withGracefulTimeout(Duration.ofMinutes(2))
                .withLameDuck(Duration.ofSeconds(10))
                .withLameDuckQuiet(Duration.ofSeconds(1))
                .withResourceCloseTimeout(Duration.ofMinutes(1));
    }
}
