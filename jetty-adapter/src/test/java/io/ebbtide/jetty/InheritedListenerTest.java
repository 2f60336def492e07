package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A listening socket that whoever starts a service has opened, and goes on using when the service has ended. */
@Timeout(60)
class InheritedListenerTest {

    private static final int PATIENCE_MILLIS = 20_000;

    @Test
    void isLeftAsItWasForTheNextInstance() throws Exception {
        assumeTrue(SocketCalls.arePossible(), "SKIPPED: no native calls, or not Linux");
        Process supervisor = startSupervisor();
        try (BufferedReader output = supervisor.inputReader()) {
            int port = Integer.parseInt(output.readLine().substring("port ".length()));
            assertThat(output.readLine()).isEqualTo("serving");
            try (RawClient client = RawClient.connect(port).get("/wait")) {
                assertThat(client.receive().body()).isEqualTo("waited");
            }
            assertThat(output.readLine()).isEqualTo("service ended with 0");

            try (Socket next = new Socket()) {
                next.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        PATIENCE_MILLIS);
                assertThat(next.getInputStream().readAllBytes())
                        .isEqualTo("next".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(supervisor.waitFor()).isZero();
        } finally {
            supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
            supervisor.destroyForcibly();
        }
    }

    private static Process startSupervisor() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InheritedListenerProgram.class.getName(),
                        "supervisor")
                .redirectError(Redirect.DISCARD)
                .start();
    }
}
