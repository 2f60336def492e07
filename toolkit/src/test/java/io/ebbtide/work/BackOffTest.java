package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;

class BackOffTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final BackOff exact =
            BackOff.defaults()
                    .withFirst(Duration.ofMillis(100))
                    .withLongest(Duration.ofSeconds(1))
                    .withJitter(0);

    @Test
    void doublesEachPauseUpToTheLongest() {
        assertThat(IntStream.range(0, 6).mapToObj(before -> exact.pause(before, 0.5)))
                .extracting(Duration::toMillis)
                .containsExactly(100L, 200L, 400L, 800L, 1000L, 1000L);
    }

    @Test
    void takesARandomShareOfEachPauseAway() {
        BackOff jittery = exact.withJitter(0.5);

        assertThat(jittery.pause(1, 0)).isEqualTo(Duration.ofMillis(200));
        assertThat(jittery.pause(1, 0.5)).isEqualTo(Duration.ofMillis(150));
        assertThat(jittery.pause(1, 1)).isEqualTo(Duration.ofMillis(100));
        assertThat(exact.withJitter(1).pause(1, 1)).isEqualTo(Duration.ZERO);
    }

    @Test
    void staysWithinItsBoundsForEveryNumberOfRestartsAndEveryChance() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Duration first = Duration.ofNanos(random.nextLong(1L << random.nextInt(1, 62)));
            Duration longest = first.plusNanos(random.nextLong(1L << random.nextInt(1, 62)));
            double factor = 1 + random.nextDouble() * random.nextInt(1, 1_000_000);
            BackOff backOff = new BackOff(first, factor, longest, random.nextDouble());
            int before = random.nextInt(Integer.MAX_VALUE);

            assertThat(backOff.pause(before, random.nextDouble()))
                    .as("seed %d, round %d, %s", seed, i, backOff)
                    .isBetween(Duration.ZERO, longest.plusMillis(1)); // a double has 53 bits
        }
    }

    @Test
    void saturatesWhereNoClockCanCount() {
        assertThat(exact.withLongest(FOREVER).pause(Integer.MAX_VALUE, 0.5))
                .isGreaterThan(Duration.ofDays(100_000));
        assertThat(exact.withLongest(FOREVER).withFirst(FOREVER).pause(0, 0))
                .isGreaterThan(Duration.ofDays(100_000));
    }

    @Test
    void neverPausesIfTheFirstPauseIsZero() {
        BackOff none = exact.withFirst(Duration.ZERO).withFactor(Double.MAX_VALUE);

        assertThat(none.pause(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                -0.001,
                1.001,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY
            })
    void refusesAJitterOutOfRange(double jitter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exact.withJitter(jitter))
                .withMessage("jitter: " + jitter + "; allowed is 0 to 1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.999, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesAFactorThatShortensPausesOrIsNoNumber(double factor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exact.withFactor(factor))
                .withMessage("factor: " + factor + "; allowed is 1 or more");
    }

    @Test
    void refusesNegativePausesAndALongestThatIsShorterThanTheFirst() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exact.withFirst(Duration.ofMillis(-1)))
                .withMessage("first: PT-0.001S is negative; allowed is zero or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> exact.withLongest(Duration.ofMillis(99)))
                .withMessage("longest: PT0.099S; allowed is first, PT0.1S, or more");
    }
}
