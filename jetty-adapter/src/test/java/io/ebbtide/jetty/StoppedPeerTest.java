package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A client whose machine has lost its power, as far as the server can see: its kernel takes what fits into its buffers, and
 * nothing ever comes of it, not even the end. Here the process of the client is stopped by a signal.
 */
@Timeout(60)
class StoppedPeerTest {

    private final Script script = new Script();
    private Process peer;

    @BeforeEach
    void needsProcessesThatCanBeStopped() {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "SKIPPED: not Linux");
    }

    @AfterEach
    void end() {
        script.open();
        if (peer != null) {
            peer.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void isClosedWhenItIsIdle(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script)) {
            assertThat(stoppedAfter(served, "/fast", "receive")).isEqualTo("200");

            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(10)); // of 20
            assertThat(served.connector.getConnectedEndPoints()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void isWaitedForAsLongAsItsRequestRunsAndNoLonger(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script)) {
            assertThat(stoppedAfter(served, "/wait", "ask")).isEqualTo("asked");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(result).isNotDone();
            script.open();

            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(10)); // of 20
            assertThat(served.connector.getConnectedEndPoints()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void isCutAtTheDeadlineWhileItIsSentMoreThanItTakes(Pool pool) throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        Handler large =
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        writing.countDown();
                        response.write(true, ByteBuffer.allocateDirect(20_000_000), callback);
                        return true;
                    }
                };
        try (Served served = Served.by(pool, large, StoppedPeerTest::patientlyCut)) {
            assertThat(stoppedAfter(served, "/large", "ask")).isEqualTo("asked");
            writing.await();

            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
            assertThat(result.stragglers())
                    .extracting(Straggler::name)
                    .containsExactly("GET /large");
            assertThat(result.errors()).isEmpty();
            assertThat(served.connector.getConnectedEndPoints()).isEmpty();
        }
    }

    /** Cutting has as long as a machine under load needs. */
    private static ShutdownConfig patientlyCut(ShutdownConfig config) {
        return Served.BRIEFLY.apply(config).withInterruptGrace(Duration.ofSeconds(5));
    }

    /** {@return what it said before} */
    private String stoppedAfter(Served served, String path, String how) throws Exception {
        peer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StoppedPeerProgram.class.getName(),
                                String.valueOf(served.port()),
                                path,
                                how)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String said = peer.inputReader().readLine();
        String pid = String.valueOf(peer.pid());
        assertThat(new ProcessBuilder("kill", "-STOP", pid).start().waitFor()).isZero();
        while (!Files.readString(Path.of("/proc", pid, "stat")).contains(") T ")) {
            Thread.onSpinWait();
        }
        return said;
    }
}
