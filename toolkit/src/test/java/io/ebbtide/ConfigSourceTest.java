package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.Map.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Map;

class ConfigSourceTest {

    private static ShutdownConfig read(
            Map<String, String> environment, Map<String, String> properties) {
        ConfigSource source = new ConfigSource(environment::get, properties::get);
        return source.over(source.base());
    }

    @Test
    void isTheDefaultsWhereNothingIsSet() {
        assertThat(read(Map.of(), Map.of())).isEqualTo(ShutdownConfig.defaults());
    }

    @ParameterizedTest
    @CsvSource({"10s,PT10S", "500ms,PT0.5S", "PT3S,PT3S", "0s,PT0S", "' 2s ',PT2S", "1S,PT1S"})
    void readsDurationsInTheirUsualForms(String text, Duration expected) {
        assertThat(read(Map.of("EBBTIDE_DRAIN_TIMEOUT", text), Map.of()).drainTimeout())
                .isEqualTo(expected);
    }

    @Test
    void readsEachOptionFromItsVariable() {
        ShutdownConfig config =
                read(
                        Map.ofEntries(
                                entry("EBBTIDE_GRACEFUL_TIMEOUT", "2m"),
                                entry("EBBTIDE_LAME_DUCK", "4s"),
                                entry("EBBTIDE_LAME_DUCK_QUIET", "1s"),
                                entry("EBBTIDE_INTERRUPT_GRACE", "100ms"),
                                entry("EBBTIDE_RESOURCE_CLOSE_TIMEOUT", "7s"),
                                entry("EBBTIDE_FLUSH_RESERVE", "3s"),
                                entry("EBBTIDE_PROGRESS_INTERVAL", "50ms"),
                                entry("EBBTIDE_MAX_IN_FLIGHT_REQUESTS", "500"),
                                entry("EBBTIDE_RAISE_ON_ERROR", "true"),
                                entry("EBBTIDE_FORCE_AFTER_TIMEOUT", "false"),
                                entry("EBBTIDE_REPEATED_SIGNALS", "join"),
                                entry("EBBTIDE_EXIT_STATUSES", "signal, 11, 12, 13"),
                                entry("EBBTIDE_KERNEL_ALARM", "true")),
                        Map.of());

        assertThat(config)
                .isEqualTo(
                        new ShutdownConfig(
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(3),
                                500,
                                Duration.ofMillis(50),
                                true,
                                false,
                                ShutdownConfig.RepeatedSignals.JOIN,
                                new ExitStatuses(
                                        0, 11, 12, 13, ExitStatuses.AfterSignal.SIGNAL_NUMBER),
                                true));
    }

    @Test
    void prefersThePropertyToTheVariable() {
        ShutdownConfig config =
                read(Map.of("EBBTIDE_DRAIN_TIMEOUT", "3s"), Map.of("ebbtide.drain-timeout", "4s"));

        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void givesTheOperatorTheLastWord() {
        ConfigSource source =
                new ConfigSource(
                        Map.of("EBBTIDE_DRAIN_TIMEOUT", "3s")::get, Map.<String, String>of()::get);

        ShutdownConfig config = source.over(source.base().withDrainTimeout(Duration.ofSeconds(9)));

        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void waitsLongerForTheBalancerInKubernetes() {
        ShutdownConfig config = read(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"), Map.of());

        assertThat(config.lameDuck()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void waitsOnlyAsLongInKubernetesAsTheBudgetHasRoomFor() {
        ConfigSource source =
                new ConfigSource(
                        Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1")::get,
                        Map.<String, String>of()::get);

        ShutdownConfig config =
                source.over(
                        source.base()
                                .withGracefulTimeout(Duration.ofSeconds(15))
                                .withDrainTimeout(Duration.ofSeconds(9)));

        assertThat(config.lameDuck()).isEqualTo(Duration.ofMillis(3_500));
    }

    @ParameterizedTest
    @CsvSource({
        "EBBTIDE_DRAIN_TIMEOUT,soon,a duration such as 10s, 500ms",
        "EBBTIDE_DRAIN_TIMEOUT,'',a duration such as 10s, 500ms",
        "EBBTIDE_DRAIN_TIMEOUT,10 s,a duration such as 10s, 500ms",
        "EBBTIDE_DRAIN_TIMEOUT,99999999999999999999s,a duration such as 10s, 500ms",
        "EBBTIDE_MAX_IN_FLIGHT_REQUESTS,many,'a whole number, 1 or more'",
        "EBBTIDE_RAISE_ON_ERROR,yes,true or false",
    })
    void namesTheVariableItCannotReadAndWhatIsAllowed(
            String variable, String value, String allowed) {
        assertThatThrownBy(() -> read(Map.of(variable, value), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        variable + ": cannot read '" + value + "'; allowed is " + allowed);
    }

    @Test
    void namesTheVariableWhoseValueIsOutOfRange() {
        assertThatThrownBy(() -> read(Map.of("EBBTIDE_DRAIN_TIMEOUT", "PT-3S"), Map.of()))
                .hasMessage(
                        "EBBTIDE_DRAIN_TIMEOUT='PT-3S': drainTimeout: PT-3S is negative; allowed is"
                                + " zero or more");
        assertThatThrownBy(() -> read(Map.of(), Map.of("ebbtide.max-in-flight-requests", "0")))
                .hasMessage(
                        "ebbtide.max-in-flight-requests='0': maxInFlightRequests: 0; allowed is 1"
                                + " or more");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EBBTIDE_EXIT_STATUSES | 0,1,2 | EBBTIDE_EXIT_STATUSES: cannot read '0,1,2';"
                        + " allowed is clean, with errors, forced, halted, such as 0,1,2,70 or"
                        + " signal,1,2,70",
                "EBBTIDE_EXIT_STATUSES | 0,1,2,999 | EBBTIDE_EXIT_STATUSES='0,1,2,999': halted:"
                        + " exit status 999; allowed is 0 to 255",
                "EBBTIDE_REPEATED_SIGNALS | no | EBBTIDE_REPEATED_SIGNALS: cannot read 'no';"
                        + " allowed is escalate or join",
                "EBBTIDE_KERNEL_ALARM | yes | EBBTIDE_KERNEL_ALARM: cannot read 'yes'; allowed is"
                        + " true or false"
            })
    void namesTheVariableItsValueAndWhatIsAllowed(String variable, String text, String message) {
        assertThatThrownBy(() -> read(Map.of(variable, text), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
