package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Once the listener is closed: who may still come, and what still goes out. */
@Timeout(60)
class ClosedDoorsTest {

    private static final int LARGE = 20_000_000; // more than the buffers of both sides hold

    @ParameterizedTest
    @EnumSource(Pool.class)
    void areShutBeforeAnybodysResourceIsClosed(Pool pool) throws Exception {
        try (Served served = Served.by(pool, new Script())) {
            List<Boolean> refused = new CopyOnWriteArrayList<>();
            served.jetty.register(
                    "caller",
                    ResourceType.HTTP_CLIENT,
                    () -> refused.add(RawClient.isRefused(served.port())));

            ShutdownResult result = served.begin().get();

            assertThat(refused).containsExactly(true);
            assertThat(result.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void letALargeAnswerOutToASlowClient(Pool pool) throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        Handler large =
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        response.write(true, ByteBuffer.allocate(LARGE), callback);
                        written.countDown();
                        return true;
                    }
                };
        try (Served served = Served.by(pool, large);
                RawClient client = served.client()) {
            client.get("/large");
            written.await();

            CompletableFuture<ShutdownResult> result = served.drain();
            Answer answer = client.receive();

            assertThat(answer.isServed()).isTrue();
            assertThat(answer.body()).hasSize(LARGE);
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void areNotHeldByAClientThatStaysAfterItsLastAnswer(Pool pool) throws Exception {
        Script script = new Script();
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            assertThat(client.receive().saysClose()).isTrue(); // and does not close its side
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(10)); // of 20
        }
    }
}
