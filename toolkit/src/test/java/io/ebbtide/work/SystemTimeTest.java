package io.ebbtide.work;

import org.junit.jupiter.api.Tag;

import java.time.Duration;

@Tag("realtime")
class SystemTimeTest extends TimeSourceContract {

    @Override
    TimeSource time() {
        return TimeSource.system();
    }

    @Override
    void pass(Duration by) {
        long until = time().nanos() + by.toNanos();
        while (until - time().nanos() > 0) {
            Thread.onSpinWait();
        }
    }
}
