package io.ebbtide;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a configuration from environment variables and system properties; a property has more weight.
 *
 * @param environment gives a variable's value or null
 * @param properties gives a property's value or null
 */
record ConfigSource(
        Function<String, @Nullable String> environment,
        Function<String, @Nullable String> properties) {

    private static final Pattern SHORT = Pattern.compile("(\\d{1,18})(ms|s|m|h)");
    private static final Duration LAME_DUCK_IN_KUBERNETES = Duration.ofSeconds(5);

    static ConfigSource ofProcess() {
        return new ConfigSource(System::getenv, System::getProperty);
    }

    /** {@return the defaults where this process runs} */
    ShutdownConfig base() {
        return inKubernetes()
                ? ShutdownConfig.defaults().withLameDuck(LAME_DUCK_IN_KUBERNETES)
                : ShutdownConfig.defaults();
    }

    private boolean inKubernetes() {
        return environment.apply("KUBERNETES_SERVICE_HOST") != null;
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
                        ConfigSource::parseChoice,
                        ShutdownConfig::withRaiseOnError);
        return (inKubernetes() ? withLameDuckThatFits(config) : config).ensureFits();
    }

    /** The longer delay in Kubernetes is our own idea: it must not make a budget fail that fits elsewhere. */
    private ShutdownConfig withLameDuckThatFits(ShutdownConfig config) {
        if (isSet("lame-duck") || !config.lameDuck().equals(LAME_DUCK_IN_KUBERNETES)) {
            return config;
        }
        Duration excess = config.parts().minus(config.gracefulTimeout());
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
        return option(
                config,
                option,
                "a duration such as 10s, 500ms, 2m or PT10S",
                ConfigSource::parseDuration,
                with);
    }

    private <T> ShutdownConfig option(
            ShutdownConfig config,
            String option,
            String allowed,
            Function<String, T> parse,
            BiFunction<ShutdownConfig, T, ShutdownConfig> with) {
        String source = property(option);
        String text = properties.apply(source);
        if (text == null) {
            source = variable(option);
            text = environment.apply(source);
        }
        if (text == null) {
            return config;
        }
        try {
            return with.apply(config, parse.apply(text.strip()));
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
        return "ebbtide." + option;
    }

    private static String variable(String option) {
        return "EBBTIDE_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = SHORT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Duration.parse(text);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static Boolean parseChoice(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new NumberFormatException("neither true nor false");
        };
    }
}
