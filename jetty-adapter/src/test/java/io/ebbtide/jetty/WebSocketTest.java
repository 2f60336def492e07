package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A WebSocket is a request that goes on until its connection is closed, and is told when its server goes. */
@Timeout(60)
class WebSocketTest {

    private static final String[] UPGRADE = {
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    private final Chat chat = new Chat();

    /** Bare, and inside of TLS. */
    static List<Setup> wires() {
        return Setup.http1().stream()
                .filter(setup -> setup.pool() == Pool.VIRTUAL_HANDLERS)
                .toList();
    }

    /** How a WebSocket may be built and carried. */
    static Stream<Arguments> builds() {
        return wires().stream()
                .flatMap(
                        setup ->
                                Stream.of(WebSocketApi.values())
                                        .map(api -> Arguments.of(setup, api)));
    }

    @AfterEach
    void letEverythingEnd() {
        chat.end();
    }

    @ParameterizedTest
    @MethodSource("builds")
    void isToldThatItsServerGoesAndAllowedToSayGoodbyeFirst(Setup setup, WebSocketApi api)
            throws Exception {
        try (Served served = Served.by(setup, api.application(chat), Served.AT_ONCE);
                ChatClient client = ChatClient.open(served)) {
            client.say("hello");
            while (client.heard.isEmpty()) {
                Thread.onSpinWait();
            }

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.awaitClose()).isEqualTo(1001);
            assertThat(client.heard)
                    .as("lost: %s", chat.lost)
                    .containsExactly("echo hello", "bye", "closed 1001 shutting down");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            chat.closed.await();
            assertThat(chat.events).containsExactly("hello", "closed 1001");
            assertThat(chat.lost).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void isWaitedForWhileAMessageIsBeingHandled(Setup setup) throws Exception {
        try (Served served =
                        Served.by(setup, WebSocketApi.JETTY.application(chat), Served.AT_ONCE);
                ChatClient client = ChatClient.open(served)) {
            client.say("wait");
            chat.waiting.acquire();

            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(client.isClosed()).isFalse();
            chat.gate.countDown();

            assertThat(client.awaitClose()).isEqualTo(1001);
            assertThat(client.heard)
                    .containsExactlyInAnyOrder("bye", "waited", "closed 1001 shutting down")
                    .endsWith("closed 1001 shutting down");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @MethodSource("builds")
    void getsWhatWasQueuedBeforeItIsClosed(Setup setup, WebSocketApi api) throws Exception {
        try (Served served = Served.by(setup, api.application(chat), Served.AT_ONCE);
                ChatClient client = ChatClient.openDeaf(served)) {
            client.say("flood");
            chat.waiting.acquire();

            CompletableFuture<ShutdownResult> result = served.drain();
            client.listen();

            assertThat(client.awaitClose()).isEqualTo(1001);
            List<String> heard = client.heard.stream().map(WebSocketTest::shortened).toList();
            assertThat(heard).hasSize(Chat.FLOOD + 2);
            assertThat(heard.get(Chat.FLOOD - 1)).isEqualTo(Chat.FLOOD + "x…");
            assertThat(chat.lost).isEmpty();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @MethodSource("wires")
    void isClosedAlsoIfItsServerNeverStopsTalking(Setup setup) throws Exception {
        try (Served served =
                        Served.by(setup, WebSocketApi.JETTY.application(chat), Served.AT_ONCE);
                ChatClient client = ChatClient.open(served)) {
            client.say("talk");
            while (client.heard.isEmpty()) {
                Thread.onSpinWait();
            }

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.awaitClose()).isEqualTo(1001);
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(15)); // of 20
        }
    }

    private static String shortened(String text) {
        return text.replaceAll("x+$", "x…");
    }

    @Test
    void isToldToComeBackSoonIfThatIsAskedFor() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(WebSocketApi.JETTY.application(chat));
        StructuredShutdown shutdown = StructuredShutdown.open(Served.AT_ONCE);
        GracefulJetty.wrap(server, shutdown).webSocketClose(WebSocketClose.SERVICE_RESTART).start();
        try (ChatClient client =
                ChatClient.open(
                        URI.create("ws://127.0.0.1:" + connector.getLocalPort() + "/chat"))) {
            shutdown.close();

            assertThat(client.awaitClose()).isEqualTo(1012);
        }
    }

    @ParameterizedTest
    @MethodSource("wires")
    void mayBeOpenedWhileTheServiceDrainsAndIsClosedAtOnce(Setup setup) throws Exception {
        Handler slow =
                new Handler.Wrapper(WebSocketApi.JETTY.application(chat)) {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback)
                            throws Exception {
                        chat.waiting.release();
                        chat.gate.await();
                        return super.handle(request, response, callback);
                    }
                };
        try (Served served = Served.by(setup, slow, Served.AT_ONCE);
                ChatClient client = ChatClient.opening(served)) {
            chat.waiting.acquire();

            CompletableFuture<ShutdownResult> result = served.drain();
            chat.gate.countDown();

            assertThat(client.awaitClose()).isEqualTo(1001);
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void isNamedAndToldAtTheDeadlineIfAMessageIsStillBeingHandled(Setup setup) throws Exception {
        try (Served served =
                        Served.by(setup, WebSocketApi.JETTY.application(chat), Served.BRIEFLY);
                ChatClient client = ChatClient.open(served)) {
            client.say("stubborn");
            chat.waiting.acquire();

            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
            assertThat(result.stragglers())
                    .extracting(Straggler::name)
                    .containsExactly("GET /chat");
            assertThat(result.stragglers().getFirst().detail())
                    .matches("WebSocket, \\d+ bytes written, \\d+ read");
            assertThat(client.awaitClose()).isEqualTo(1001);
        }
    }

    @ParameterizedTest
    @MethodSource("wires")
    void isNotWaitedForLongIfItsClientNeverAnswers(Setup setup) throws Exception {
        try (Served served =
                        Served.by(setup, WebSocketApi.JETTY.application(chat), Served.AT_ONCE);
                RawClient client = (RawClient) served.connect()) {
            client.sendHead("GET /chat HTTP/1.1", UPGRADE);

            CompletableFuture<ShutdownResult> result = served.begin();

            Answer answer = client.receive();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.body()).endsWith("shutting down");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(10)); // of 20
        }
    }

    @ParameterizedTest
    @MethodSource("wires")
    void isOverWhenItsClientVanishes(Setup setup) throws Exception {
        try (Served served =
                        Served.by(setup, WebSocketApi.JETTY.application(chat), Served.AT_ONCE);
                ChatClient client = ChatClient.open(served)) {
            client.say("hello");
            assertThat(served.shutdown.requests().inFlight()).isEqualTo(1);

            client.vanish();
            chat.closed.await();
            ShutdownResult result = served.begin().get();

            assertThat(served.shutdown.requests().inFlight()).isZero();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }
}
