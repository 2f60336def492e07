package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pool whose database answers no more, while its connections are out. */
@Tag("realtime")
@Timeout(60)
class BlackHoleTest {

    private final CountDownLatch aborting = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicBoolean disturbed = new AtomicBoolean();

    private void hang() {
        aborting.countDown();
        try {
            answers.await();
        } catch (InterruptedException e) {
            disturbed.set(true);
        }
    }

    @Test
    void isGivenUpInTimeAndItsCloseIsNotDisturbed() throws Exception {
        try (StubDriver driver = new StubDriver("jdbc:black-hole", () -> {}, this::hang)) {
            HikariDataSource pool = driver.pool("black hole", 2);
            try (Connection borrowed = pool.getConnection()) {
                Outcome outcome =
                        Closed.one(
                                Duration.ofMillis(400),
                                Resource.from("db", ResourceType.DATABASE, pool));

                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.TimedOut.class,
                                late -> assertThat(late.fate()).isEqualTo(Fate.INTERRUPTED));
                aborting.await();
                answers.countDown();
                closingThread().join();
                assertThat(disturbed).isFalse();
                assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isZero();
                assertThat(borrowed).isNotNull();
            }
        }
    }

    private static Thread closingThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown-close-pool"))
                .findFirst()
                .orElseGet(Thread::new); // it is through
    }
}
