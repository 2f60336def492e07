package io.ebbtide.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {

    @Test
    void leavesPlainTextAlone() {
        assertThat(SafeText.of("GET /orders/42 für Zoë")).isEqualTo("GET /orders/42 für Zoë");
    }

    @Test
    void showsLineEndsAndEscapesInsteadOfObeyingThem() {
        assertThat(SafeText.of("a\r\n[ERROR] forged\u001b[2J\u202e"))
                .isEqualTo("a\\u000d\\u000a[ERROR] forged\\u001b[2J\\u202e");
    }

    @Test
    void cutsWhatIsTooLong() {
        assertThat(SafeText.of("x".repeat(1_000_000))).hasSize(SafeText.LONGEST + 1).endsWith("…");
    }

    @Test
    void hidesTheUserPartOfAUrl() {
        assertThat(SafeText.of("pool redis://app:s3cret@cache:6379/0"))
                .isEqualTo("pool redis://***@cache:6379/0");
    }

    @Test
    void hidesAPasswordWhateverCharactersItHasAndAQuery() {
        assertThat(SafeText.of("redis://app:p@ss/w0rd@cache:6379/0"))
                .isEqualTo("redis://***@cache:6379/0");
        assertThat(SafeText.of("GET /pay?card=4111 late")).isEqualTo("GET /pay?*** late");
        assertThat(SafeText.of("why?")).isEqualTo("why?");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "jdbc:sqlserver://db;user=sa;password=s3cret;encrypt=true,"
                        + " jdbc:sqlserver://db;user=sa;password=***;encrypt=true",
                "jdbc:oracle:thin:scott/tiger@db:1521:orcl, jdbc:oracle:thin:***@db:1521:orcl",
                "Config{Password = 's3cret'}, Config{Password = ***}",
                "api-key: abc123, api-key: ***",
                "GET /orders:token, GET /orders:token",
            })
    void hidesWhatIsCalledAPassword(String text, String shown) {
        assertThat(SafeText.of(text)).isEqualTo(shown);
    }

    @Test
    void cutsBetweenCharacters() {
        String shown = SafeText.of("x".repeat(SafeText.LONGEST - 1) + "\uD83D\uDE00".repeat(5));

        assertThat(shown).isEqualTo("x".repeat(SafeText.LONGEST - 1) + "…");
    }

    @Test
    void survivesAnExceptionThatCannotDescribeItself() {
        RuntimeException broken =
                new RuntimeException() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("no message");
                    }
                };

        assertThat(SafeText.of(broken))
                .endsWith("(its toString failed with java.lang.IllegalStateException)");
    }
}
