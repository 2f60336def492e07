package io.ebbtide;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Reads a configuration from environment variables and system properties; a property has more weight.
 *
 * @param environment gives a variable's value or null
 * @param properties gives a property's value or null
 */
record ConfigSource(
        Function<String, @Nullable String> environment,
        Function<String, @Nullable String> properties) {

    private static final String PREFIX = "ebbtide.";

    private static final Duration LAME_DUCK_IN_KUBERNETES = Duration.ofSeconds(5);

    static ConfigSource ofProcess() {
        return new ConfigSource(System::getenv, System::getProperty);
    }

    /** {@return {@code config} with these options, whose names are those of the properties without their prefix} */
    static ShutdownConfig apply(Map<String, String> options, ShutdownConfig config) {
        Set<String> known = new TreeSet<>();
        Function<String, @Nullable String> properties =
                property -> {
                    String option = property.substring(PREFIX.length());
                    known.add(option);
                    return options.get(option);
                };
        ShutdownConfig changed = new ConfigSource(_ -> null, properties).over(config);
        for (String option : options.keySet()) {
            if (!known.contains(option)) {
                throw new IllegalArgumentException(
                        property(option)
                                + " is unknown; allowed are, after "
                                + PREFIX
                                + ", "
                                + known);
            }
        }
        return changed;
    }

    /** {@return the defaults where this process runs} */
    ShutdownConfig base() {
        return inKubernetes()
                ? ShutdownConfig.defaults().withLameDuck(LAME_DUCK_IN_KUBERNETES)
                : ShutdownConfig.defaults();
    }

    /** {@return the settings of a shutdown that is opened here} Says so if the platform will not wait for its end. */
    ShutdownConfig settle(UnaryOperator<ShutdownConfig> configure) {
        ShutdownConfig config = over(configure.apply(base()));
        PlatformLimit.of(this)
                .flatMap(limit -> limit.warning(config))
                .ifPresent(warning -> System.getLogger("io.ebbtide").log(Level.WARNING, warning));
        return config;
    }

    boolean inKubernetes() {
        return environment.apply("KUBERNETES_SERVICE_HOST") != null;
    }

    /** Source: systemd.exec(5). */
    boolean underSystemd() {
        return environment.apply("INVOCATION_ID") != null;
    }

    /** {@return {@code config} with whatever the operator has set; checked as a whole} */
    ShutdownConfig over(ShutdownConfig given) {
        ShutdownConfig config = given;
        config = duration(config, "graceful-timeout", ShutdownConfig::withGracefulTimeout);
        config = duration(config, "lame-duck", ShutdownConfig::withLameDuck);
        config = duration(config, "lame-duck-quiet", ShutdownConfig::withLameDuckQuiet);
        config = duration(config, "drain-timeout", ShutdownConfig::withDrainTimeout);
        config = duration(config, "interrupt-grace", ShutdownConfig::withInterruptGrace);
        config =
                duration(
                        config, "resource-close-timeout", ShutdownConfig::withResourceCloseTimeout);
        config = duration(config, "flush-reserve", ShutdownConfig::withFlushReserve);
        config = duration(config, "progress-interval", ShutdownConfig::withProgressInterval);
        config =
                option(
                        config,
                        "max-in-flight-requests",
                        "a whole number, 1 or more",
                        Integer::parseInt,
                        ShutdownConfig::withMaxInFlightRequests);
        config =
                option(
                        config,
                        "raise-on-error",
                        "true or false",
                        OptionText::parseChoice,
                        ShutdownConfig::withRaiseOnError);
        config =
                option(
                        config,
                        "force-after-timeout",
                        "true or false",
                        OptionText::parseChoice,
                        ShutdownConfig::withForceAfterTimeout);
        config =
                option(
                        config,
                        "repeated-signals",
                        "escalate or join",
                        OptionText::parseRepeatedSignals,
                        ShutdownConfig::withRepeatedSignals);
        config =
                option(
                        config,
                        "exit-statuses",
                        "clean, with errors, forced, halted, such as 0,1,2,70 or signal,1,2,70",
                        OptionText::parseExitStatuses,
                        ShutdownConfig::withExitStatuses);
        config =
                option(
                        config,
                        "kernel-alarm",
                        "true or false",
                        OptionText::parseChoice,
                        ShutdownConfig::withKernelAlarm);
        return new Budget(inKubernetes() ? withLameDuckThatFits(config) : config).ensureFits();
    }

    /** The longer delay in Kubernetes is our own idea: it must not make a budget fail that fits elsewhere. */
    private ShutdownConfig withLameDuckThatFits(ShutdownConfig config) {
        if (isSet("lame-duck") || !config.lameDuck().equals(LAME_DUCK_IN_KUBERNETES)) {
            return config;
        }
        Duration excess = new Budget(config).parts().minus(config.gracefulTimeout());
        Duration shortest = ShutdownConfig.defaults().lameDuck();
        Duration room = excess.isPositive() ? config.lameDuck().minus(excess) : config.lameDuck();
        return room.compareTo(shortest) < 0
                ? config.withLameDuck(shortest)
                : config.withLameDuck(room);
    }

    private ShutdownConfig duration(
            ShutdownConfig config,
            String option,
            BiFunction<ShutdownConfig, Duration, ShutdownConfig> with) {
        return option(config, option, OptionText.A_DURATION, OptionText::parseDuration, with);
    }

    private <T> ShutdownConfig option(
            ShutdownConfig config,
            String option,
            String allowed,
            Function<String, T> parse,
            BiFunction<ShutdownConfig, T, ShutdownConfig> with) {
        return read(option, allowed, text -> with.apply(config, parse.apply(text))).orElse(config);
    }

    /** {@return what the operator has set for {@code option}; empty if nothing} */
    <T> Optional<T> read(String option, String allowed, Function<String, T> parse) {
        String source = property(option);
        String text = properties.apply(source);
        if (text == null) {
            source = variable(option);
            text = environment.apply(source);
        }
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text.strip()));
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException unreadable) {
            throw new IllegalArgumentException(
                    source + ": cannot read '" + text + "'; allowed is " + allowed, unreadable);
        } catch (IllegalArgumentException outOfRange) {
            throw new IllegalArgumentException(
                    source + "='" + text + "': " + outOfRange.getMessage(), outOfRange);
        }
    }

    private boolean isSet(String option) {
        return properties.apply(property(option)) != null
                || environment.apply(variable(option)) != null;
    }

    private static String property(String option) {
        return PREFIX + option;
    }

    static String variable(String option) {
        return "EBBTIDE_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
