package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A hundred thousand pieces of work at once, on the real clock. Bounds leave room for a machine that does more. */
@Tag("realtime")
@Timeout(120)
class CrowdTest {

    private static final int CROWD = 100_000;
    private static final TimeSource TIME = TimeSource.system();

    private final Scope work = Scope.open("work", TIME);
    private final Scope requests = work.busyChild("requests", Integer.MAX_VALUE);
    private final CountDownLatch inside = new CountDownLatch(CROWD);
    private final CountDownLatch end = new CountDownLatch(1);

    private static Deadline in(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), TIME);
    }

    private void comeIn(Callable<Boolean> stay) throws InterruptedException {
        for (int i = 0; i < CROWD; i++) {
            requests.fork(
                    "request",
                    () -> {
                        inside.countDown();
                        return stay.call();
                    });
        }
        inside.await();
    }

    /** As long as nobody interrupts, beside others. */
    private static boolean stayForItself() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
        return true;
    }

    /** In the queue of one lock together with all others. */
    private boolean stayTogether() throws InterruptedException {
        end.await();
        return true;
    }

    @Test
    void isDrainedWhenAllEndAtOnce() throws Exception {
        comeIn(this::stayTogether);

        work.drain(in(60));
        end.countDown();

        assertThat(work.join(in(60))).isTrue();
        assertThat(work.drained()).isEqualTo(CROWD);
        assertThat(work.running()).isEmpty();
    }

    @Test
    void isInterruptedInBatchesAndLeavesNobodyBehind() throws Exception {
        comeIn(CrowdTest::stayForItself);
        work.drain(in(0));

        work.cancel(in(2));

        assertThat(work.join(in(60))).isTrue();
        assertThat(work.drained()).as("ended by themselves").isZero();
        assertThat(work.running()).isEmpty();
    }
}
