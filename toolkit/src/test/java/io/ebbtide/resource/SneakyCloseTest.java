package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.atomic.AtomicReference;

/** What a close does to its thread stays there. */
@Timeout(30)
class SneakyCloseTest {

    @Test
    void leavesTheNextOneAndTheCoordinatorAlone() {
        AtomicReference<Boolean> nextIsInterrupted = new AtomicReference<>();
        Resources resources = new Resources(Closed.TIME);
        resources.register(
                Resource.of(
                                "sneaky",
                                ResourceType.CUSTOM,
                                () -> {
                                    Thread.currentThread().interrupt();
                                    throw new InterruptedException("sneaked out");
                                })
                        .withPriority(1));
        resources.register(
                Resource.of(
                                "next",
                                ResourceType.CUSTOM,
                                () -> nextIsInterrupted.set(Thread.currentThread().isInterrupted()))
                        .withPriority(2));

        Closed closed = Closed.all(resources);

        assertThat(closed.outcome("sneaky")).isInstanceOf(Outcome.Failed.class);
        assertThat(closed.outcome("next")).isEqualTo(new Outcome.Completed());
        assertThat(nextIsInterrupted).hasValue(false);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
