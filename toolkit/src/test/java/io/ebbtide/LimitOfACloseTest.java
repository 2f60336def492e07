package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.FakeTime;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** A close that ends right before, at, and after its limit. */
@Timeout(30)
class LimitOfACloseTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final FakeTime time = new FakeTime();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch through = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                            ShutdownConfig.defaults()
                                    .withLameDuck(Duration.ZERO)
                                    .withProgressInterval(Duration.ofHours(1)),
                            time)
                    .listen(new ShutdownListener() {});

    private Future<ShutdownResult> result;

    @BeforeEach
    void closes() throws Exception {
        shutdown.register(Resource.of("db", ResourceType.DATABASE, this::close).withTimeout(LIMIT));
        result = shutdown.begin(new ShutdownReason.Requested("test"));
        closing.await();
        time.awaitWaiters(1);
    }

    /** Ends when it is told to, interrupted or not. */
    private void close() {
        closing.countDown();
        while (through.getCount() > 0) {
            try {
                through.await();
            } catch (InterruptedException late) {
                interrupted.countDown();
            }
        }
    }

    private Outcome outcome() throws Exception {
        return result.get().steps().getFirst().outcome();
    }

    @Test
    void isCompleteWhenItEndsRightBefore() throws Exception {
        time.advance(LIMIT.minus(INSTANT));
        through.countDown();

        assertThat(outcome()).isEqualTo(new Outcome.Completed());
        assertThat(interrupted.getCount()).isOne();
    }

    @Test
    void isLateAndNotLeakedWhenItEndsRightAfter() throws Exception {
        time.advance(LIMIT.plus(INSTANT));
        interrupted.await();
        through.countDown();

        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Outcome.TimedOut.class,
                        late -> {
                            assertThat(late.fate()).isEqualTo(Fate.INTERRUPTED);
                            assertThat(late.allowed()).isEqualTo(LIMIT);
                        });
        assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.WITH_ERRORS);
    }

    @Test
    void isAbandonedWhenItDoesNotEndWithinTheGrace() throws Exception {
        time.advance(LIMIT);
        interrupted.await();
        time.awaitWaiters(1);
        time.advance(shutdown.config().interruptGrace());

        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Outcome.TimedOut.class,
                        late -> assertThat(late.fate()).isEqualTo(Fate.ABANDONED));
        through.countDown();
    }
}
