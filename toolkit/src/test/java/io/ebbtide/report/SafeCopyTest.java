package io.ebbtide.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What is attached to a log record for an exception. */
class SafeCopyTest {

    private static final Throwable FORGED = new IllegalStateException("gone\n[ERROR] forged");

    /** {@return what a logger writes} */
    private static String printed(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    @Test
    void isTheExceptionItselfIfItsTextIsSafe() {
        IOException plain = new IOException("closed", new IllegalStateException("gone"));
        plain.addSuppressed(new IOException("and again"));

        assertThat(SafeText.forLog(plain)).isSameAs(plain);
    }

    @Test
    void saysOnOneLineWhatWasOnSeveral() {
        Throwable copy = SafeText.forLog(FORGED);

        assertThat(printed(copy))
                .startsWith("java.lang.IllegalStateException: gone\\u000a[ERROR] forged")
                .contains("\tat " + SafeCopyTest.class.getName());
        assertThat(copy.getStackTrace()).isEqualTo(FORGED.getStackTrace());
    }

    @Test
    void hidesAPasswordInACauseAndInWhatIsSuppressed() {
        String url = "cannot connect to postgres://app:s3cret@db/orders";
        IOException failure = new IOException("no database", new IllegalStateException(url));
        failure.addSuppressed(new IllegalArgumentException(url));

        assertThat(printed(SafeText.forLog(failure)))
                .contains(
                        "java.io.IOException: no database",
                        "Caused by: java.lang.IllegalStateException: cannot connect to"
                                + " postgres://***@db/orders",
                        "Suppressed: java.lang.IllegalArgumentException")
                .doesNotContain("s3cret");
    }

    @Test
    void survivesCausesInACircleAndWithoutEnd() {
        Exception one = new Exception("one");
        Exception other = new Exception("other\nline", one);
        one.initCause(other);

        assertThat(printed(SafeText.forLog(one))).contains("other\\u000aline");
        assertThat(printed(SafeText.forLog(new Endless()))).contains("Endless");
    }

    @Test
    void survivesAnExceptionThatCannotDescribeItself() {
        assertThat(printed(SafeText.forLog(new Mute())))
                .contains("its toString failed with", "the rest of it cannot be read");
    }

    private static final class Endless extends Exception {

        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    private static final class Mute extends Exception {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("no stack");
        }
    }
}
