package io.ebbtide;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of options as operators write them. What cannot be read is a {@link NumberFormatException} or its like. */
final class OptionText {

    static final String A_DURATION = "a duration such as 10s, 500ms, 2m or PT10S";

    private static final Pattern SHORT = Pattern.compile("(\\d{1,18})(ms|s|m|h)");
    private static final Pattern STATUSES =
            Pattern.compile(
                    "(\\d{1,9}|signal)\\s*,\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})");

    private OptionText() {}

    static Duration parseDuration(String text) {
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

    static Boolean parseChoice(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new NumberFormatException("neither true nor false");
        };
    }

    static ShutdownConfig.RepeatedSignals parseRepeatedSignals(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "escalate" -> ShutdownConfig.RepeatedSignals.ESCALATE;
            case "join" -> ShutdownConfig.RepeatedSignals.JOIN;
            default -> throw new NumberFormatException("neither escalate nor join");
        };
    }

    static ExitStatuses parseExitStatuses(String text) {
        Matcher matcher = STATUSES.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new NumberFormatException("not four numbers");
        }
        boolean signal = matcher.group(1).equals("signal");
        return new ExitStatuses(
                signal ? 0 : Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                signal ? ExitStatuses.AfterSignal.SIGNAL_NUMBER : ExitStatuses.AfterSignal.CLEAN);
    }
}
