package io.ebbtide.report;

import java.util.regex.Pattern;

/**
 * Makes text from outside fit for a line of a log: names of requests, of threads, messages of exceptions may be forged.
 *
 * <p>Control characters, line separators and bidirectional overrides are shown as escapes; text is cut at {@link
 * #LONGEST}; the user part of a URL, where passwords live, query strings, and what is called a password are hidden.
 */
public final class SafeText {

    /** Longer text is cut. */
    public static final int LONGEST = 200;

    private static final Pattern USER_IN_URL = Pattern.compile("://\\S*@");

    /** {@code jdbc:oracle:thin:scott/tiger@host} and its like. */
    private static final Pattern USER_BEFORE_HOST =
            Pattern.compile("(jdbc:[\\w:]{1,40}?:)[^\\s/:@]{1,100}/\\S{1,100}@");

    /** {@code password=…} in a list of properties, as some drivers have them behind the host. */
    private static final Pattern SECRET =
            Pattern.compile(
                    "((?:password|passwd|pwd|passphrase|secret|token|api[-_]?key)\\s*[=:]\\s*)"
                            + "(\"[^\"]*\"?|'[^']*'?|[^\\s;&,)\\]}]+)",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern QUERY = Pattern.compile("\\?\\S*=\\S*");

    private SafeText() {}

    /** {@return {@code text} on one line, without secrets and not too long} */
    public static String of(String text) {
        String shown =
                withoutSecrets(text.length() > 4 * LONGEST ? text.substring(0, 4 * LONGEST) : text);
        shown = cut(shown, LONGEST);
        if (shown.chars().noneMatch(SafeText::isUnsafe)) {
            return shown;
        }
        StringBuilder safe = new StringBuilder(shown.length() + 16);
        shown.chars()
                .forEach(
                        c -> {
                            if (isUnsafe(c)) {
                                safe.append(String.format("\\u%04x", c));
                            } else {
                                safe.append((char) c);
                            }
                        });
        return safe.toString();
    }

    private static String withoutSecrets(String text) {
        String shown =
                text.contains("://") ? USER_IN_URL.matcher(text).replaceAll("://***@") : text;
        if (shown.contains("jdbc:") && shown.indexOf('@') >= 0) {
            shown = USER_BEFORE_HOST.matcher(shown).replaceAll("$1***@");
        }
        if (shown.indexOf('?') >= 0) {
            shown = QUERY.matcher(shown).replaceAll("?***");
        }
        return shown.indexOf('=') < 0 && shown.indexOf(':') < 0
                ? shown
                : SECRET.matcher(shown).replaceAll("$1***");
    }

    /** {@return what an exception says of itself, even if it cannot say it} */
    public static String of(Throwable thrown) {
        try {
            return of(String.valueOf(thrown));
        } catch (Throwable broken) {
            return thrown.getClass().getName()
                    + " (its toString failed with "
                    + broken.getClass().getName()
                    + ")";
        }
    }

    /**
     * {@return what to attach to a log record in place of {@code thrown}: {@code thrown} itself if the messages in it and
     * its causes are safe, or else an exception that says the same in safe text, with the same stacks}
     */
    public static Throwable forLog(Throwable thrown) {
        return SafeCopy.of(thrown);
    }

    /** {@return {@code text} if it is no longer than {@code longest}, or its beginning, cut between two characters} */
    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        boolean half = Character.isHighSurrogate(text.charAt(longest - 1));
        return text.substring(0, half ? longest - 1 : longest) + "…";
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
