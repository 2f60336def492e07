package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.RequestScope;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Answers that have no end of their own are brought to one when the drain begins, and arrive whole. */
@Timeout(60)
class GoodbyeTest {

    /** Where such answers come from. */
    enum Application {
        HANDLER {
            @Override
            Handler handler() {
                return new Endless();
            }
        },
        SERVLET {
            @Override
            Handler handler() {
                ServletContextHandler context = new ServletContextHandler();
                ServletHolder servlet = new ServletHolder(new EndlessServlet());
                servlet.setAsyncSupported(true);
                context.addServlet(servlet, "/*");
                return context;
            }
        };

        abstract Handler handler();
    }

    /** Blocks in its thread for a stream, and leaves its thread for a poll. */
    private static final class Endless extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            RequestScope scope = RequestScope.current().orElseThrow();
            if (request.getHttpURI().getPath().equals("/poll")) {
                scope.onDrain(() -> Content.Sink.write(response, true, "nothing new\n", callback));
                return true;
            }
            if (request.getHttpURI().getPath().equals("/fast")) {
                Content.Sink.write(response, true, "fast\n", callback);
                return true;
            }
            CountDownLatch ended = new CountDownLatch(1);
            response.getHeaders().put("Content-Type", "text/event-stream");
            ByteBuffer price = ByteBuffer.wrap("event: price\n\n".getBytes(StandardCharsets.UTF_8));
            Content.Sink.write(response, false, price);
            if (request.getHttpURI().getPath().equals("/early")) {
                scope.onLameDuck(ended::countDown);
            } else {
                scope.onDrain(ended::countDown);
            }
            ended.await();
            Content.Sink.write(response, true, "event: bye\n\n", callback);
            return true;
        }
    }

    private static final class EndlessServlet extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            RequestScope scope = RequestScope.current().orElseThrow();
            AsyncContext async = request.startAsync();
            async.setTimeout(0);
            if (request.getRequestURI().equals("/stream")) {
                response.setContentType("text/event-stream");
                response.getOutputStream().print("event: price\n\n");
                response.flushBuffer();
                scope.onDrain(() -> end(async, "event: bye\n\n"));
            } else {
                scope.onDrain(() -> end(async, "nothing new\n"));
            }
        }

        private static void end(AsyncContext async, String text) {
            try {
                async.getResponse().getOutputStream().print(text);
                async.complete();
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Application.class)
    void aStreamOfEventsEndsWithAnEventThatSaysSo(Application application) throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, application.handler());
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response =
                    client.send(get(served, "/stream"), HttpResponse.BodyHandlers.ofInputStream());
            BufferedReader events =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            assertThat(events.readLine()).isEqualTo("event: price");

            CompletableFuture<ShutdownResult> result = served.begin();

            List<String> rest = events.lines().filter(line -> !line.isEmpty()).toList();
            assertThat(rest).containsExactly("event: bye");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void aStreamThatAskedForItEndsWhileEverybodyIsServed() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, new Endless());
                HttpClient client = HttpClient.newHttpClient()) {
            served.shutdown.hooks().before("hold the moment", goOn::await);
            HttpResponse<InputStream> response =
                    client.send(get(served, "/early"), HttpResponse.BodyHandlers.ofInputStream());

            CompletableFuture<ShutdownResult> result = served.begin();

            String events = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(events).isEqualTo("event: price\n\nevent: bye\n\n");
            assertThat(RawClient.once(served.port(), "/fast").isServed()).isTrue();
            goOn.countDown();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Application.class)
    void aLongPollIsAnsweredAtOnce(Application application) throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, application.handler());
                HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<HttpResponse<String>> poll =
                    client.sendAsync(get(served, "/poll"), HttpResponse.BodyHandlers.ofString());
            while (served.shutdown.requests().inFlight() == 0) {
                Thread.onSpinWait();
            }

            CompletableFuture<ShutdownResult> result = served.begin();

            HttpResponse<String> response = poll.get(20, TimeUnit.SECONDS);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("nothing new\n");
            assertThat(response.headers().firstValue("connection")).contains("close");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    private static HttpRequest get(Served served, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + served.port() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }
}
