package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

class ShutdownConfigTest {

    private static final Duration MINUS = Duration.ofSeconds(-1);

    static Stream<Arguments> refused() {
        return Stream.of(
                row(
                        "gracefulTimeout: PT0S; allowed is more than zero",
                        c -> c.withGracefulTimeout(Duration.ZERO)),
                row(
                        "lameDuck: PT-1S is negative; allowed is zero or more",
                        c -> c.withLameDuck(MINUS)),
                row(
                        "lameDuckQuiet: PT-1S is negative; allowed is zero or more",
                        c -> c.withLameDuckQuiet(MINUS)),
                row(
                        "drainTimeout: PT-1S is negative; allowed is zero or more",
                        c -> c.withDrainTimeout(MINUS)),
                row(
                        "interruptGrace: PT-1S is negative; allowed is zero or more",
                        c -> c.withInterruptGrace(MINUS)),
                row(
                        "resourceCloseTimeout: PT-1S; allowed is more than zero",
                        c -> c.withResourceCloseTimeout(MINUS)),
                row(
                        "flushReserve: PT-1S is negative; allowed is zero or more",
                        c -> c.withFlushReserve(MINUS)),
                row(
                        "progressInterval: PT0S; allowed is more than zero",
                        c -> c.withProgressInterval(Duration.ZERO)),
                row(
                        "maxInFlightRequests: 0; allowed is 1 or more",
                        c -> c.withMaxInFlightRequests(0)));
    }

    private static Arguments row(String message, UnaryOperator<ShutdownConfig> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String message, UnaryOperator<ShutdownConfig> change) {
        assertThatThrownBy(() -> change.apply(ShutdownConfig.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> ShutdownConfig.defaults().withDrainTimeout(nothing()))
                .withMessage("drainTimeout");
    }

    /** What a caller without a checker may pass. */
    @SuppressWarnings("NullAway")
    private static Duration nothing() {
        return null;
    }

    @Test
    void fitsByDefault() {
        assertThat(ShutdownConfig.defaults().ensureFits()).isEqualTo(ShutdownConfig.defaults());
    }

    @Test
    void refusesPartsThatDoNotFitIntoTheWhole() {
        assertThatThrownBy(
                        () ->
                                StructuredShutdown.open(
                                        c -> c.withGracefulTimeout(Duration.ofSeconds(10))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "gracefulTimeout: PT10S is too short for lameDuck PT1S + drainTimeout PT10S"
                                + " + 3 x interruptGrace PT0.5S + flushReserve PT1S; allowed is at"
                                + " least their sum, PT13.5S");
    }

    @Test
    void refusesPartsWhoseSumOverflows() {
        Duration absurd = Duration.ofSeconds(Long.MAX_VALUE);
        ShutdownConfig config = ShutdownConfig.defaults().withDrainTimeout(absurd);

        assertThatThrownBy(config::ensureFits).hasMessageContaining("is too short");
        assertThatThrownBy(() -> config.withGracefulTimeout(absurd).ensureFits())
                .as("as long as the longest duration there is")
                .hasMessageContaining("is too short");
    }

    @Test
    void refusesAQuietSpellThatIsLongerThanTheWholeDelay() {
        ShutdownConfig config = ShutdownConfig.defaults().withLameDuckQuiet(Duration.ofSeconds(2));

        assertThatThrownBy(config::ensureFits)
                .hasMessage("lameDuckQuiet: PT2S is longer than lameDuck; allowed is at most PT1S");
        assertThat(config.withLameDuck(Duration.ZERO).ensureFits()).as("off is off").isNotNull();
    }

    @Test
    void doesNotMindTheOrderOfItsChanges() {
        ShutdownConfig config =
                ShutdownConfig.defaults()
                        .withGracefulTimeout(Duration.ofSeconds(6))
                        .withDrainTimeout(Duration.ofSeconds(2))
                        .ensureFits();

        assertThat(config.gracefulTimeout()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void readsOptionsAsOperatorsWriteThem() {
        ShutdownConfig config =
                ShutdownConfig.defaults()
                        .withOptions(Map.of("drain-timeout", "7s", "max-in-flight-requests", "20"));

        assertThat(config)
                .isEqualTo(
                        ShutdownConfig.defaults()
                                .withDrainTimeout(Duration.ofSeconds(7))
                                .withMaxInFlightRequests(20));
    }

    @Test
    void namesAnOptionThatIsUnknown() {
        assertThatThrownBy(
                        () -> ShutdownConfig.defaults().withOptions(Map.of("drian-timeout", "7s")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "ebbtide.drian-timeout is unknown; allowed are, after ebbtide.,"
                                + " [drain-timeout,");
    }
}
