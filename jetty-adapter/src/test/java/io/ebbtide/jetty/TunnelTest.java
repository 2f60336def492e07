package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.work.RequestScope;

import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A connection that goes on in a protocol that nobody here knows stays its request's, and is the application's to end. */
@Timeout(60)
class TunnelTest {

    /** A protocol in which nothing is ever said. */
    private static final class Silence extends AbstractConnection implements Connection.UpgradeTo {

        private Silence(EndPoint endPoint, Request request) {
            super(endPoint, request.getComponents().getExecutor());
        }

        @Override
        public void onUpgradeTo(ByteBuffer read) {
            // Nothing is ever said.
        }

        @Override
        public void onFillable() {
            // Nothing is ever said.
        }
    }

    private final CountDownLatch told = new CountDownLatch(1);

    private Handler upgrade(Consumer<EndPoint> goodbye) {
        return new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
                request.setAttribute(
                        HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new Silence(endPoint, request));
                RequestScope.current()
                        .orElseThrow()
                        .onDrain(
                                () -> {
                                    told.countDown();
                                    goodbye.accept(endPoint);
                                });
                response.setStatus(101);
                response.getHeaders().put("Connection", "Upgrade").put("Upgrade", "silence");
                callback.succeeded();
                return true;
            }
        };
    }

    @Test
    void isToldWhenTheDrainBeginsAndWaitedFor() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, upgrade(EndPoint::close));
                RawClient client = served.client()) {
            client.sendHead("GET /tunnel HTTP/1.1", "Connection: Upgrade", "Upgrade: silence");

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.receive().status()).isEqualTo(101);
            told.await();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void isNamedAndCutIfItDoesNotEnd() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, upgrade(_ -> {}), Served.BRIEFLY);
                RawClient client = served.client()) {
            client.sendHead("GET /tunnel HTTP/1.1", "Connection: Upgrade", "Upgrade: silence");

            ShutdownResult result = served.begin().get();

            assertThat(client.receive().status()).isEqualTo(101); // and its connection is closed
            assertThat(result.stragglers())
                    .extracting(Straggler::name, Straggler::detail)
                    .containsExactly(
                            tuple("GET /tunnel", "upgraded connection, 0 bytes written, 0 read"));
        }
    }
}
