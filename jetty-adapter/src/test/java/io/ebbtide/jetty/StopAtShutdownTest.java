package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Jetty's own stop at the end of the JVM leads to the same drain, whoever owns the shutdown and however the JVM ends. */
@Timeout(60)
class StopAtShutdownTest {

    @ParameterizedTest
    @CsvSource({
        "caller, TERM, 143", // nobody but Jetty's hook hears of it
        "caller, exit, 7",
        "server, TERM, 0", // our own handler comes first, and Jetty's hook finds the server stopped
        "server, exit, 7"
    })
    void drainsBeforeTheJvmEnds(String owner, String how, int status) throws Exception {
        Process java = start(owner, how);
        try (BufferedReader output = java.inputReader()) {
            int port = Integer.parseInt(after("port ", output));
            try (RawClient client = RawClient.connect(port).get("/wait")) {
                assertThat(output.readLine()).isEqualTo("waiting");
                if (!how.equals("exit")) {
                    java.toHandle().destroy(); // SIGTERM
                }

                assertThat(client.receive().body()).isEqualTo("waited");
            }
            List<String> rest = new ArrayList<>(output.lines().toList());
            assertThat(rest).contains("db closed").doesNotHaveDuplicates();
            assertThat(java.waitFor()).isEqualTo(status);
        } finally {
            java.destroyForcibly();
        }
    }

    private static String after(String words, BufferedReader output) throws Exception {
        String line = output.readLine();
        assertThat(line).startsWith(words);
        return line.substring(words.length());
    }

    /** With signals at their defaults, whatever the shell has done to them, and nothing but our lines on its output. */
    private static Process start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM,HUP"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StopAtShutdownProgram.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
