package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

class PlatformLimitTest {

    private static final ShutdownConfig FORTY =
            ShutdownConfig.defaults().withGracefulTimeout(Duration.ofSeconds(40));

    @Test
    void isNotKnownOnABareMachine() {
        assertThat(PlatformLimit.of(source(Map.of()))).isEmpty();
    }

    @Test
    void warnsWithNumbersWhenThePlatformKillsBeforeTheBudgetEnds() {
        Map<String, String> environment = Map.of("EBBTIDE_PLATFORM_LIMIT", "25s");

        assertThat(warning(environment, FORTY))
                .hasValue(
                        "gracefulTimeout PT40S is longer than the platform waits, PT25S"
                            + " (EBBTIDE_PLATFORM_LIMIT): the process may be killed PT15S before"
                            + " its shutdown ends; give the platform PT40.75S or more, and say so"
                            + " in EBBTIDE_PLATFORM_LIMIT, or shorten gracefulTimeout");
    }

    @Test
    void isWhatKubernetesAndSystemdDoUnlessTold() {
        Map<String, String> kubernetes = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        Map<String, String> systemd = Map.of("INVOCATION_ID", "f00");

        assertThat(warning(kubernetes, FORTY).orElseThrow())
                .contains("PT30S (Kubernetes, unless terminationGracePeriodSeconds is set)");
        assertThat(warning(kubernetes, ShutdownConfig.defaults())).isEmpty();
        assertThat(warning(systemd, FORTY)).isEmpty();
        assertThat(warning(systemd, FORTY.withGracefulTimeout(Duration.ofMinutes(2))).orElseThrow())
                .contains("PT1M30S (systemd, unless TimeoutStopSec is set)");
    }

    @Test
    void mustBeADuration() {
        assertThatThrownBy(() -> warning(Map.of("EBBTIDE_PLATFORM_LIMIT", "long"), FORTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "EBBTIDE_PLATFORM_LIMIT: cannot read 'long'; allowed is a duration such as"
                                + " 10s, 500ms, 2m or PT10S");
    }

    @Test
    void isMoreThanZero() {
        assertThatThrownBy(() -> warning(Map.of("EBBTIDE_PLATFORM_LIMIT", "0s"), FORTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("EBBTIDE_PLATFORM_LIMIT='0s': PT0S; allowed is more than zero");
    }

    @Test
    void isShorterThanABudgetWithoutEnd() {
        ShutdownConfig endless =
                FORTY.withGracefulTimeout(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));

        assertThat(warning(Map.of("EBBTIDE_PLATFORM_LIMIT", "25s"), endless)).isPresent();
    }

    private static Optional<String> warning(
            Map<String, String> environment, ShutdownConfig config) {
        return PlatformLimit.of(source(environment)).flatMap(limit -> limit.warning(config));
    }

    private static ConfigSource source(Map<String, String> environment) {
        return new ConfigSource(environment::get, _ -> null);
    }
}
