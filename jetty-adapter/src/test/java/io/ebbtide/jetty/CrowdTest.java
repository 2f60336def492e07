package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ten thousand requests in flight on ten thousand connections, on virtual threads, in a process of their own. */
@Timeout(300)
class CrowdTest {

    private static final int SIZE = 10_000;
    private static final int OURS_AT_MOST = 2048;

    /** One run of the program: what it used with everybody in flight, and its last words. */
    private record Run(long used, String end) {}

    @Test
    void isDrainedWholeAndTakesLittleMemoryOfOurs(TestReporter figures) throws Exception {
        Run bare = run("bare");
        Run wrapped = run("wrapped");

        long ours = (wrapped.used - bare.used) / SIZE;
        figures.publishEntry("bytes of ours for each request", Long.toString(ours));
        figures.publishEntry("bytes of Jetty's", Long.toString(bare.used / SIZE));
        figures.publishEntry("result, drained, milliseconds", wrapped.end);
        assertThat(ours).isLessThanOrEqualTo(OURS_AT_MOST);
        assertThat(wrapped.end).startsWith("end SUCCESSFUL " + SIZE + " ");
    }

    private static Run run(String mode) throws Exception {
        Process java = start(mode);
        List<RawClient> crowd = new ArrayList<>(SIZE);
        try (BufferedReader output = java.inputReader()) {
            int port = Integer.parseInt(after("port ", output));
            for (int i = 0; i < SIZE; i++) {
                crowd.add(RawClient.connect(port).get("/" + i));
            }
            long used = Long.parseLong(after("used ", output));
            for (RawClient client : crowd) {
                Answer answer = client.receive();
                assertThat(answer.isServed()).isTrue();
                assertThat(answer.body()).isEqualTo("a whole answer\n");
                assertThat(answer.saysClose()).isEqualTo(mode.equals("wrapped"));
            }
            java.getOutputStream().close();
            String end = output.readLine();
            return new Run(used, String.valueOf(end));
        } finally {
            java.destroyForcibly();
            for (RawClient client : crowd) {
                client.close();
            }
        }
    }

    private static String after(String words, BufferedReader output) throws IOException {
        String line = output.readLine();
        assertThat(line).startsWith(words);
        return line.substring(words.length());
    }

    /**
     * The serial collector, so that what is in use after a collection is what lives. Everything is compiled at once: a waiting
     * thread keeps its frames, and those of code that is still interpreted are several times larger.
     */
    private static Process start(String mode) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xcomp",
                        "-XX:TieredStopAtLevel=1",
                        "-Xms1g",
                        "-Xmx1g",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrowdProgram.class.getName(),
                        mode,
                        Integer.toString(SIZE))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
