package io.ebbtide.jetty.demo;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;

/** The classifier on transcripts: each ends where the connection does. */
class CallTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String WHOLE_STREAM = "-".repeat(10 * 1024) + Pages.STREAM_END;

    @Test
    void countsAWholeAnswerAsAnswered() {
        assertThat(outcome(Call.FAST, OK + "Content-Length: 4\r\n\r\nfast"))
                .isEqualTo(Outcome.ANSWERED);
        assertThat(outcome(Call.STREAM, CHUNKED + chunk(WHOLE_STREAM) + "0\r\n\r\n"))
                .isEqualTo(Outcome.ANSWERED);
    }

    @Test
    void countsAClosedConnectionWithoutAnAnswerAsLost() {
        assertThat(outcome(Call.FAST, "")).isEqualTo(Outcome.LOST);
    }

    @Test
    void countsAnAnswerThatBreaksOffAsTruncated() {
        assertThat(outcome(Call.FAST, "HTTP/1.1 2")).isEqualTo(Outcome.TRUNCATED);
        assertThat(outcome(Call.FAST, OK + "Content-Le")).isEqualTo(Outcome.TRUNCATED);
        assertThat(outcome(Call.FAST, OK + "Content-Length: 4\r\n")).isEqualTo(Outcome.TRUNCATED);
        assertThat(outcome(Call.FAST, OK + "Content-Length: 4\r\n\r\nfas"))
                .isEqualTo(Outcome.TRUNCATED);
        assertThat(outcome(Call.STREAM, CHUNKED + chunk(WHOLE_STREAM)))
                .isEqualTo(Outcome.TRUNCATED);
        assertThat(outcome(Call.STREAM, OK + "\r\n" + WHOLE_STREAM.substring(1)))
                .isEqualTo(Outcome.TRUNCATED);
    }

    @Test
    void countsAWholeAnswerOfTheWrongLengthAsWrong() {
        assertThat(outcome(Call.STREAM, CHUNKED + chunk("too short") + "0\r\n\r\n"))
                .isEqualTo(Outcome.WRONG);
    }

    @Test
    void countsA503AsRefusedOnlyIfItEndsItsConnection() {
        String refusal = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n";

        assertThat(outcome(Call.ORDER, refusal + "Connection: close\r\n\r\n"))
                .isEqualTo(Outcome.REFUSED_WITH_503);
        assertThat(outcome(Call.ORDER, refusal + "\r\n")).isEqualTo(Outcome.WRONG);
    }

    private static String chunk(String content) {
        return Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
    }

    private static Outcome outcome(Call call, String transcript) {
        ByteArrayInputStream connection = new ByteArrayInputStream(transcript.getBytes(US_ASCII));
        return call.outcome(new ReplyReader(connection).read());
    }
}
