package io.ebbtide;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the platform lets a process live after it has asked it to end, as far as that can be known: neither Kubernetes
 * nor systemd tells the process.
 *
 * @param duration when the platform kills
 * @param source where the number comes from, with what the operator would change
 */
record PlatformLimit(Duration duration, String source) {

    private static final String OPTION = "platform-limit";

    /** Source: Kubernetes, {@code terminationGracePeriodSeconds}; systemd, {@code DefaultTimeoutStopSec}. */
    private static final PlatformLimit KUBERNETES =
            new PlatformLimit(
                    Duration.ofSeconds(30),
                    "Kubernetes, unless terminationGracePeriodSeconds is set");

    private static final PlatformLimit SYSTEMD =
            new PlatformLimit(Duration.ofSeconds(90), "systemd, unless TimeoutStopSec is set");

    /** {@return the limit here; empty where nothing is known} */
    static Optional<PlatformLimit> of(ConfigSource source) {
        Optional<Duration> told = source.read(OPTION, OptionText.A_DURATION, PlatformLimit::parse);
        if (told.isPresent()) {
            return Optional.of(new PlatformLimit(told.get(), ConfigSource.variable(OPTION)));
        }
        if (source.inKubernetes()) {
            return Optional.of(KUBERNETES);
        }
        return source.underSystemd() ? Optional.of(SYSTEMD) : Optional.empty();
    }

    private static Duration parse(String text) {
        Duration limit = OptionText.parseDuration(text);
        if (!limit.isPositive()) {
            throw new IllegalArgumentException(limit + "; allowed is more than zero");
        }
        return limit;
    }

    /** {@return what to tell the operator; empty if {@code config} fits} */
    Optional<String> warning(ShutdownConfig config) {
        Duration budget = config.gracefulTimeout();
        if (budget.compareTo(duration) <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                "gracefulTimeout "
                        + budget
                        + " is longer than the platform waits, "
                        + duration
                        + " ("
                        + source
                        + "): the process may be killed "
                        + budget.minus(duration)
                        + " before its shutdown ends; give the platform "
                        + new Budget(config).untilGone()
                        + " or more, and say so in "
                        + ConfigSource.variable(OPTION)
                        + ", or shorten gracefulTimeout");
    }
}
