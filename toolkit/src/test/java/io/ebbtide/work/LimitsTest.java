package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void boundsWhatItIsAskedTo() {
        assertThat(Limits.unbounded()).isEqualTo(new Limits(Limits.UNBOUNDED, Limits.UNBOUNDED));
        assertThat(Limits.concurrency(3)).isEqualTo(new Limits(3, Limits.UNBOUNDED));
        assertThat(Limits.concurrency(3).withQueue(0)).isEqualTo(new Limits(3, 0));
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatThrownBy(() -> Limits.concurrency(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("concurrency: 0; allowed is 1 or more");
        assertThatThrownBy(() -> Limits.concurrency(-1))
                .hasMessage("concurrency: -1; allowed is 1 or more");
        assertThatThrownBy(() -> Limits.concurrency(1).withQueue(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("queueCapacity: -1; allowed is 0 or more");
    }
}
