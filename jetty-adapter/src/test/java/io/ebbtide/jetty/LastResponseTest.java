package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Head;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The last response on a connection is framed as it would be at any other time, and says that it is the last. */
@Timeout(60)
class LastResponseTest {

    /** Answers with the status that the path names: without content, in one piece, or in two that nobody has counted. */
    private static final class Statuses extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws IOException {
            String[] path = request.getHttpURI().getPath().split("/", -1);
            response.setStatus(Integer.parseInt(path[1]));
            switch (path[2]) {
                case "empty" -> callback.succeeded();
                case "whole" -> response.write(true, text("one-two."), callback);
                default -> {
                    Callback.Completable first = new Callback.Completable();
                    response.write(false, text("one-"), first);
                    first.join();
                    response.write(true, text("two."), callback);
                }
            }
            return true;
        }

        private static ByteBuffer text(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /204/empty HTTP/1.1",
                "GET /304/empty HTTP/1.1",
                "GET /200/empty HTTP/1.1",
                "GET /200/whole HTTP/1.1",
                "GET /200/pieces HTTP/1.1",
                "GET /200/pieces HTTP/1.0",
                "HEAD /200/empty HTTP/1.1",
                "HEAD /200/whole HTTP/1.1",
                "HEAD /200/pieces HTTP/1.1"
            })
    void isFramedAsEver(String requestLine) throws Exception {
        CountDownLatch announced = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, new Statuses());
                RawClient early = served.client();
                RawClient last = served.client()) {
            served.shutdown
                    .hooks()
                    .before(
                            "hold the moment",
                            () -> {
                                announced.countDown();
                                goOn.await();
                            });
            Head asEver = early.sendHead(requestLine).receiveHead();
            CompletableFuture<ShutdownResult> result = served.begin();
            announced.await();

            Head response = last.sendHead(requestLine).receiveHead();

            assertThat(response.headers()).containsEntry("connection", "close");
            assertThat(framing(response)).isEqualTo(framing(asEver));
            last.awaitEnd();
            goOn.countDown();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    private static List<@Nullable String> framing(Head head) {
        return Arrays.asList(
                head.headers().get("content-length"), head.headers().get("transfer-encoding"));
    }
}
