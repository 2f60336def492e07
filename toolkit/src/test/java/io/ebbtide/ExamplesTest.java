package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ebbtide.examples.Example01FirstShutdown;
import io.ebbtide.examples.Example02ResourcesByPriority;
import io.ebbtide.examples.Example03CustomResource;
import io.ebbtide.examples.Example05BackgroundTask;
import io.ebbtide.examples.Example06ExecutorWithHandBack;
import io.ebbtide.examples.Example07RequestWithForks;
import io.ebbtide.examples.Example08HooksAndFlush;
import io.ebbtide.examples.Example09Lease;
import io.ebbtide.examples.Example10SignalsAndExitStatuses;
import io.ebbtide.examples.Example12SocketServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;

/**
 * The numbered programs do what they say, each in a process of its own. The fourth is run by {@link StandaloneSignalTest},
 * the eleventh is a test.
 */
@Tag("realtime")
@Timeout(60)
class ExamplesTest {

    private static ChildJvm run(Class<?> example, String... lines) throws Exception {
        ChildJvm child = ChildJvm.start(example);
        for (String line : lines) {
            child.awaitLine(line);
        }
        return child;
    }

    @Test
    void answerUntilASignalComes() throws Exception {
        try (ChildJvm child = run(Example01FirstShutdown.class, "200 order 42")) {
            ChildJvm.End end = child.endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).contains("orders-db closed");
        }
    }

    @Test
    void closeByPriority() throws Exception {
        try (ChildJvm child =
                run(
                        Example02ResourcesByPriority.class,
                        "payments closed",
                        "cache closed",
                        "orders-db closed",
                        "ledger closed")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void forceACloseThatHangs() throws Exception {
        try (ChildJvm child =
                run(Example03CustomResource.class, "does not listen to interrupts", "aborted")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void startABackgroundTaskAgainAndStopIt() throws Exception {
        try (ChildJvm child =
                run(Example05BackgroundTask.class, "no connection", "connected", "shipped")) {
            ChildJvm.End end = child.endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).contains("stopped between two orders");
        }
    }

    @Test
    void handBackWhatHasNotStarted() throws Exception {
        try (ChildJvm child =
                run(
                        Example06ExecutorWithHandBack.class,
                        "interrupted: mail to Ada",
                        "back to the outbox: mail 2 to Grace")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void askTwoOthersAtTheSameTime() throws Exception {
        try (ChildJvm child = run(Example07RequestWithForks.class, "200 price 420, 7 in stock")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void runHooksInTheirOrder() throws Exception {
        try (ChildJvm child =
                run(
                        Example08HooksAndFlush.class,
                        "left the cluster",
                        "db closed",
                        "metrics flushed",
                        "bye")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void closeWhatWasLeasedOnceItIsGivenBack() throws Exception {
        try (ChildJvm child = run(Example09Lease.class, "index used", "index closed")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void endWithTheNumberOfTheSignal(String signal, int status) throws Exception {
        try (ChildJvm child = run(Example10SignalsAndExitStatuses.class, "ready")) {
            ChildJvm.End end = child.endBy(signal);

            assertThat(end.status()).as(end.toString()).isEqualTo(status);
            assertThat(end.lines()).contains("written");
        }
    }

    @Test
    void sayThatSomethingFailed() throws Exception {
        try (ChildJvm child =
                ChildJvm.start(Example10SignalsAndExitStatuses.class, "disk full")
                        .awaitLine("ready")) {
            ChildJvm.End end = child.endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(1);
            assertThat(end.lines()).anyMatch(line -> line.contains("failed:"));
        }
    }

    @Test
    void serveWhoHasComeAndThenNobody() throws Exception {
        try (ChildJvm child = run(Example12SocketServer.class);
                Socket first = connect(port(child.awaitLine("port ")));
                Socket second = connect(first.getPort())) {
            child.signal("TERM").awaitLine("draining");

            assertThat(tell(first, "one")).isEqualTo("you said one");
            assertThat(tell(second, "two")).isEqualTo("you said two");
            ChildJvm.End end = child.end();
            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).anyMatch(line -> line.contains("2 drained"));
            assertThatThrownBy(() -> connect(first.getPort())).isInstanceOf(ConnectException.class);
        }
    }

    private static int port(ChildJvm child) {
        return Integer.parseInt(child.lastLine().replace("port ", ""));
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static String tell(Socket server, String line) throws IOException {
        server.getOutputStream().write((line + "\n").getBytes(UTF_8));
        return new String(server.getInputStream().readAllBytes(), UTF_8).strip();
    }
}
