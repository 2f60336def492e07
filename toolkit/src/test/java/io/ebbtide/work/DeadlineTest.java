package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class DeadlineTest {

    private final FakeTime time = new FakeTime();

    @Test
    void passesWhenItsBudgetIsUsedUp() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(5), time);

        assertThat(deadline.isPassed()).isFalse();
        time.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(deadline.isPassed()).isFalse();
        assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));

        time.advance(Duration.ofNanos(1));

        assertThat(deadline.isPassed()).isTrue();
        assertThat(deadline.remaining()).isZero();
    }

    @Test
    void survivesTheOverflowOfTheClock() {
        Deadline deadline = Deadline.in(Duration.ofHours(1), time);
        assertThat(deadline.nanos()).as("FakeTime starts just before the overflow").isNegative();

        assertThat(deadline.isPassed()).isFalse();
        assertThat(deadline.remaining()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void hasPassedAtOnceWhenItsBudgetIsZero() {
        assertThat(Deadline.in(Duration.ZERO, time).isPassed()).isTrue();
    }

    @Test
    void refusesANegativeBudget() {
        assertThatThrownBy(() -> Deadline.in(Duration.ofNanos(-1), time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("budget: PT-0.000000001S is negative; allowed is zero or more");
    }

    @Test
    void saturatesWhenItsBudgetIsAbsurd() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999), time);

        time.advance(Duration.ofDays(365 * 100));

        assertThat(deadline.isPassed()).isFalse();
        assertThat(Deadline.never(time).isPassed()).isFalse();
    }

    @Test
    void choosesTheEarlierOfTwo() {
        Deadline soon = Deadline.in(Duration.ofMillis(900), time);
        Deadline behindTheOverflow = Deadline.in(Duration.ofSeconds(2), time);

        assertThat(soon.earlier(behindTheOverflow)).isSameAs(soon);
        assertThat(behindTheOverflow.earlier(soon)).isSameAs(soon);
        assertThat(soon.atMost(Duration.ofSeconds(7))).isSameAs(soon);
        assertThat(soon.atMost(Duration.ofMillis(3)).remaining()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void keepsAShareForWhatComesLater() {
        Deadline whole = Deadline.in(Duration.ofSeconds(10), time);

        assertThat(whole.minus(Duration.ofSeconds(1)).remaining()).isEqualTo(Duration.ofSeconds(9));
        assertThat(whole.minus(Duration.ofSeconds(11)).isPassed()).isTrue();
        assertThat(whole.plus(Duration.ofSeconds(1)).remaining()).isEqualTo(Duration.ofSeconds(11));
    }
}
