package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Until when newcomers are waited for. */
@Timeout(30)
class LameDuckTest {

    private final FakeTime time = new FakeTime();
    private final Scope requests = Scope.open("work", time).child("requests");

    private void enter(String name) {
        assertThat(requests.enter(name)).isInstanceOf(Permit.class);
    }

    private Deadline in(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    @Test
    void isQuietOnceNothingHasEnteredForTheSpell() throws Exception {
        time.advance(Duration.ofSeconds(1));
        enter("probe");
        AtomicReference<Boolean> quiet = new AtomicReference<>();
        Thread waiter =
                Thread.ofPlatform()
                        .start(() -> quiet.set(awaitQuiet(Duration.ofMillis(200), in(5))));
        time.awaitWaiters(1);

        time.advance(Duration.ofMillis(150));
        enter("late");
        time.advance(Duration.ofMillis(50));
        time.awaitWaiters(1);
        assertThat(waiter.isAlive()).as("a late request extends the spell").isTrue();
        time.advance(Duration.ofMillis(150));
        waiter.join();

        assertThat(quiet.get()).isTrue();
    }

    @Test
    void givesUpOnQuietAtTheCap() throws Exception {
        enter("a");
        assertThat(requests.lameDuck().awaitQuiet(Duration.ofMillis(200), in(0))).isFalse();
    }

    private boolean awaitQuiet(Duration quiet, Deadline cap) {
        try {
            return requests.lameDuck().awaitQuiet(quiet, cap);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
