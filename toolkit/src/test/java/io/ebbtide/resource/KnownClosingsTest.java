package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import io.ebbtide.report.Outcome;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Things of the JDK are closed as suits them: politely first, and in time. */
@Tag("realtime")
@Timeout(60)
class KnownClosingsTest {

    /** A quarter of it is for being rough, and a busy machine needs that. */
    private static final Duration SHORT = Duration.ofSeconds(4);

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Outcome COMPLETED = new Outcome.Completed();

    private static Outcome close(Duration timeout, AutoCloseable instance) {
        return Closed.one(timeout, Resource.from("it", ResourceType.CUSTOM, instance));
    }

    private static void assertFailed(Outcome outcome, String message) {
        assertThat(outcome)
                .asInstanceOf(InstanceOfAssertFactories.type(Outcome.Failed.class))
                .satisfies(failed -> assertThat(failed.cause()).hasMessageContaining(message));
    }

    @Nested
    class AnExecutor {

        private final ExecutorService executor = Executors.newSingleThreadExecutor();
        private final CountDownLatch running = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        private Future<?> submit() throws InterruptedException {
            Future<?> task =
                    executor.submit(
                            () -> {
                                running.countDown();
                                release.await();
                                return null;
                            });
            running.await();
            return task;
        }

        @Test
        void isWaitedFor() throws Exception {
            Future<?> task = submit();
            CompletableFuture<Outcome> closing =
                    CompletableFuture.supplyAsync(() -> close(LONG, executor));
            while (!executor.isShutdown()) {
                Thread.onSpinWait();
            }

            release.countDown();

            assertThat(closing.get()).isEqualTo(COMPLETED);
            assertThat(task.state()).isEqualTo(Future.State.SUCCESS);
        }

        @Test
        void isInterruptedWhenThatTakesTooLong() throws Exception {
            Future<?> task = submit();
            executor.execute(() -> {});

            assertFailed(close(SHORT, executor), "tasks were still running after");
            assertThat(executor.isTerminated()).isTrue();
            assertThat(task.state()).isEqualTo(Future.State.FAILED);
        }
    }

    @Nested
    class AnHttpClient {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private final HttpClient client = HttpClient.newHttpClient();

        private HttpServer serve() throws Exception {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            asked.countDown();
                            release.await();
                            exchange.sendResponseHeaders(204, -1);
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                    });
            server.start();
            return server;
        }

        private CompletableFuture<HttpResponse<Void>> ask(HttpServer server) throws Exception {
            URI address = URI.create("http:/" + server.getAddress() + "/");
            CompletableFuture<HttpResponse<Void>> answer =
                    client.sendAsync(
                            HttpRequest.newBuilder(address).build(),
                            HttpResponse.BodyHandlers.discarding());
            asked.await();
            return answer;
        }

        @Test
        void closesAtOnceWhenItIsIdle() {
            assertThat(close(LONG, client)).isEqualTo(COMPLETED);
            assertThat(client.isTerminated()).isTrue();
        }

        @Test
        void isBoundedAlthoughARequestHangs() throws Exception {
            HttpServer server = serve();
            CompletableFuture<HttpResponse<Void>> answer = ask(server);

            assertFailed(close(SHORT, client), "requests were still under way");
            assertThatThrownBy(answer::get).hasMessageContaining("shutdownNow");
            assertThat(client.isTerminated()).isTrue();
            release.countDown();
            server.stop(0);
        }
    }

    @Nested
    class AProcess {

        private static Process start(String script) throws Exception {
            Process process = new ProcessBuilder("sh", "-c", script).start();
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            return process;
        }

        private static Outcome close(Duration timeout, Process process) {
            return Closed.one(timeout, Resource.from("it", ResourceType.CUSTOM, process));
        }

        @Test
        void isAskedToEnd() throws Exception {
            Process process = start("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done");

            assertThat(close(LONG, process)).isEqualTo(COMPLETED);
            assertThat(process.exitValue()).isEqualTo(7);
        }

        @Test
        void isKilledIfItDoesNot() throws Exception {
            Process process = start("trap '' TERM; echo ready; while :; do sleep 0.01; done");

            assertFailed(close(SHORT, process), "was killed");
            assertThat(process.exitValue()).isEqualTo(128 + 9);
        }

        @Test
        void mayHaveEndedBefore() throws Exception {
            Process process = start("echo ready");
            process.waitFor();

            assertThat(close(LONG, process)).isEqualTo(COMPLETED);
        }
    }

    @Nested
    class AFileChannel {

        @Test
        void isForcedAndClosed(@TempDir Path folder) throws Exception {
            Path file = folder.resolve("ledger");
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));

            assertThat(close(LONG, channel)).isEqualTo(COMPLETED);
            assertThat(channel.isOpen()).isFalse();
            assertThat(Files.size(file)).isEqualTo(3);
        }

        @Test
        void mayHaveBeenClosedBefore(@TempDir Path folder) throws Exception {
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve("ledger"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            channel.close();

            assertThat(close(LONG, channel)).isEqualTo(COMPLETED);
        }
    }
}
