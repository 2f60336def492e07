package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.Future;

/** To wait without end is a choice that somebody has to make. */
@Timeout(30)
class WithoutLimitTest {

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    @Test
    void isNothingByDefault() {
        ShutdownConfig defaults = ShutdownConfig.defaults();

        assertThat(defaults.gracefulTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.drainTimeout()).isLessThan(defaults.gracefulTimeout());
        assertThat(defaults.resourceCloseTimeout()).isLessThan(defaults.gracefulTimeout());
        assertThat(defaults.forceAfterTimeout()).isTrue();
    }

    @Test
    void isADrainOfWhichThatWasSaid() throws Exception {
        FakeTime time = new FakeTime();
        StructuredShutdown shutdown =
                StructuredShutdown.open(
                                ShutdownConfig.defaults()
                                        .withLameDuck(Duration.ZERO)
                                        .withGracefulTimeout(FOR_EVER)
                                        .withDrainTimeout(Duration.ofDays(10_000))
                                        .withProgressInterval(Duration.ofDays(20_000)),
                                time)
                        .listen(new ShutdownListener() {});
        Permit work = (Permit) shutdown.requests().enter("GET /");
        Future<ShutdownResult> result = shutdown.begin(new ShutdownReason.Requested("no hurry"));
        time.awaitWaiters(1);

        time.advance(Duration.ofDays(9_999));
        work.close();

        assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }
}
