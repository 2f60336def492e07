package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class FakeTimeTest extends TimeSourceContract {

    private final FakeTime time = new FakeTime();

    @Override
    TimeSource time() {
        return time;
    }

    @Override
    void pass(Duration by) {
        time.advance(by);
    }

    @Test
    void standsStillUntilItIsMoved() {
        assertThat(time.nanos()).isEqualTo(time.nanos());
    }

    @Test
    void forgetsAWaiterThatHasBeenWoken() throws Exception {
        Thread waiter = Thread.ofPlatform().start(() -> time.parkUntil(this, time.nanos() + 10));
        time.awaitWaiters(1);

        time.unpark(waiter);
        waiter.join();
        time.awaitWaiters(0);

        Thread next = Thread.ofPlatform().start(() -> time.parkUntil(this, time.nanos() + 10));
        time.awaitWaiters(1);
        time.advance(Duration.ofNanos(10));
        next.join();
    }

    @Test
    void refusesToRunBackwards() {
        assertThatThrownBy(() -> time.advance(Duration.ofMillis(-1)))
                .hasMessageContaining("only moves forward");
    }
}
