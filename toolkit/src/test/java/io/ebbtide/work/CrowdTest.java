package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A hundred thousand pieces of work at once, on the real clock. Bounds leave room for a machine that does more. */
@Tag("realtime")
@Timeout(120)
class CrowdTest {

    private static final int CROWD = 100_000;
    private static final TimeSource TIME = TimeSource.system();

    private final Scope work = Scope.open("work", TIME);
    private final Scope requests = work.busyChild("requests", Integer.MAX_VALUE);
    private final CountDownLatch inside = new CountDownLatch(CROWD);
    private final CountDownLatch never = new CountDownLatch(1);

    private static Deadline in(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), TIME);
    }

    /** All of them wait for the same thing. */
    private void comeIn() throws InterruptedException {
        for (int i = 0; i < CROWD; i++) {
            requests.fork(
                    "request",
                    () -> {
                        inside.countDown();
                        never.await();
                        return null;
                    });
        }
        inside.await();
    }

    @Test
    void isDrainedWhenAllEndAtOnce() throws Exception {
        comeIn();

        work.drain(in(30));
        never.countDown();

        assertThat(work.join(in(30))).isTrue();
        assertThat(work.drained()).isEqualTo(CROWD);
        assertThat(work.running()).isEmpty();
    }

    @Test
    void isInterruptedInBatchesAndLeavesNobodyBehind() throws Exception {
        comeIn();
        work.drain(in(0));

        work.cancel(in(2));

        assertThat(work.join(in(30))).isTrue();
        assertThat(work.drained()).as("ended by itself").isZero();
        assertThat(work.running()).isEmpty();
    }
}
