package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What every time source does, the real one and the fake one. */
@Timeout(30)
abstract class TimeSourceContract {

    abstract TimeSource time();

    /** Brings the time source to where {@code by} has passed. */
    abstract void pass(Duration by) throws InterruptedException;

    @Test
    void neverRunsBackwards() throws Exception {
        long before = time().nanos();
        pass(Duration.ofMillis(1));
        assertThat(time().nanos() - before).isGreaterThanOrEqualTo(Duration.ofMillis(1).toNanos());
    }

    @Test
    void returnsAtOnceFromParkingUntilAPastInstant() {
        time().parkUntil(this, time().nanos());
        time().parkUntil(this, time().nanos() - 1);
    }

    @Test
    void returnsFromParkingWhenTheInstantHasCome() throws Exception {
        Duration wait = Duration.ofMillis(20);
        CountDownLatch begun = new CountDownLatch(1);
        long[] instant = new long[1];
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    instant[0] = time().nanos() + wait.toNanos();
                                    begun.countDown();
                                    while (instant[0] - time().nanos() > 0) {
                                        time().parkUntil(this, instant[0]);
                                    }
                                });
        begun.await();

        pass(wait);
        waiter.join();

        assertThat(time().nanos() - instant[0]).isNotNegative();
    }

    @Test
    void returnsFromParkingWhenUnparkedBeforehand() {
        time().unpark(Thread.currentThread());
        time().parkUntil(this, time().nanos() + Duration.ofDays(1).toNanos());
    }

    @Test
    void returnsFromParkingWhenInterruptedAndKeepsTheFlag() {
        Thread.currentThread().interrupt();
        time().parkUntil(this, time().nanos() + Duration.ofDays(1).toNanos());
        assertThat(Thread.interrupted()).isTrue();
    }
}
