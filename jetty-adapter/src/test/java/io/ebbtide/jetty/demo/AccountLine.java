package io.ebbtide.jetty.demo;

/**
 * One line of the account.
 *
 * @param remark what to know about the value; for a line that failed, what was expected
 */
record AccountLine(String label, String value, Verdict verdict, String remark) {

    /** Whether a line says what it must. */
    enum Verdict {
        NOTED(""),
        HOLDS("ok"),
        FAILED("FAILED");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }
    }

    /** A line that is only told. */
    static AccountLine note(String label, long value) {
        return new AccountLine(label, number(value), Verdict.NOTED, "");
    }

    /** A line whose value must be the expected one. */
    static AccountLine exactly(String label, long value, long expected) {
        return value == expected
                ? new AccountLine(label, number(value), Verdict.HOLDS, "")
                : failed(label, value, "must be " + number(expected));
    }

    /** A line whose value must not be nothing: an empty run proves nothing. */
    static AccountLine some(String label, long value) {
        return value > 0
                ? new AccountLine(label, number(value), Verdict.HOLDS, "")
                : failed(label, value, "must be more than 0");
    }

    static AccountLine failed(String label, long value, String why) {
        return new AccountLine(label, number(value), Verdict.FAILED, why);
    }

    AccountLine remark(String text) {
        return verdict == Verdict.FAILED ? this : new AccountLine(label, value, verdict, text);
    }

    private static String number(long value) {
        return "%,d".formatted(value);
    }

    /** {@return the line as one of a table, at most 100 columns wide} */
    String text() {
        return "  %-42s %9s   %-6s %s"
                .formatted(label, value, verdict.word, remark)
                .stripTrailing();
    }
}
