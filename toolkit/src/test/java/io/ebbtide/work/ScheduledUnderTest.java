package io.ebbtide.work;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Who must fulfil the contract of a scheduled executor service, on time that a test passes or that passes by itself. */
enum ScheduledUnderTest {
    OURS {
        @Override
        ScheduledExecutorService open(FakeTime time) {
            return ShutdownAwareExecutor.in(Scope.open("tasks", time));
        }
    },
    OURS_ONE_AT_A_TIME {
        @Override
        ScheduledExecutorService open(FakeTime time) {
            return ShutdownAwareExecutor.in(
                    Scope.open("tasks", time), Limits.concurrency(1).withQueue(0));
        }
    },
    OURS_IN_REAL_TIME {
        @Override
        ScheduledExecutorService open(FakeTime time) {
            return ShutdownAwareExecutor.in(Scope.open("tasks", TimeSource.system()));
        }

        @Override
        void pass(FakeTime time, Duration by) {
            Thread.onSpinWait();
        }
    },
    JDK {
        @Override
        ScheduledExecutorService open(FakeTime time) {
            return new ScheduledThreadPoolExecutor(2);
        }

        @Override
        void pass(FakeTime time, Duration by) {
            Thread.onSpinWait();
        }
    };

    abstract ScheduledExecutorService open(FakeTime time);

    /** Has time pass, or lets it. */
    void pass(FakeTime time, Duration by) {
        time.advance(by);
    }
}
