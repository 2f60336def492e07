package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What may be done to a resource whose close hangs. */
@Tag("realtime")
@Timeout(60)
class ForceTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    private final CountDownLatch released = new CountDownLatch(1);
    private final Resources resources = new Resources(Closed.TIME);

    private void register(Action close) {
        resources.register(
                Resource.of("db", ResourceType.DATABASE, close)
                        .withTimeout(SHORT)
                        .withForce(released::countDown));
    }

    /** Deaf to interrupts. */
    private void hang() {
        boolean interrupted = false;
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        assert interrupted;
    }

    @Test
    void comesAfterAnInterruptThatDidNotHelp() {
        register(this::hang);

        Closed closed = Closed.within(Duration.ofSeconds(20), SHORT, resources);

        assertThat(closed.names()).containsExactly("db", "force db");
        assertThat(closed.outcome("db"))
                .isInstanceOfSatisfying(
                        Outcome.TimedOut.class,
                        late -> assertThat(late.fate()).isEqualTo(Fate.ABANDONED));
        assertThat(closed.outcome("force db")).isEqualTo(new Outcome.Completed());
        assertThat(released.getCount()).isZero();
    }

    @Test
    void isNotNeededByACloseThatObeysItsInterrupt() {
        register(() -> new CountDownLatch(1).await());

        Closed closed = Closed.within(SHORT, Duration.ofSeconds(20), resources);

        assertThat(closed.names()).containsExactly("db");
        assertThat(closed.outcome("db"))
                .isInstanceOfSatisfying(
                        Outcome.TimedOut.class,
                        late -> assertThat(late.fate()).isEqualTo(Fate.INTERRUPTED));
    }

    @Test
    void isNotForACloseThatThrows() {
        register(
                () -> {
                    throw new IllegalStateException("cannot");
                });

        assertThat(Closed.all(resources).names()).containsExactly("db");
    }
}
