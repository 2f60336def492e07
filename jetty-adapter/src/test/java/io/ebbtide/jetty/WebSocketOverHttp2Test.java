package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A WebSocket on a stream of an HTTP/2 session, beside other streams: it ends as any WebSocket, and then the session. */
@ParameterizedClass
@MethodSource("io.ebbtide.jetty.Setup#http2")
@Timeout(60)
class WebSocketOverHttp2Test {

    @Parameter private Setup setup;

    private final Chat chat = new Chat();

    @AfterEach
    void letEverythingEnd() {
        chat.end();
    }

    private Served serve(UnaryOperator<ShutdownConfig> settings) throws Exception {
        return Served.by(setup, WebSocketApi.JETTY.application(chat), settings);
    }

    @Test
    void isToldThatItsServerGoesAndAllowedToSayGoodbyeFirst() throws Exception {
        try (Served served = serve(Served.AT_ONCE);
                RawHttp2Client session = (RawHttp2Client) served.connect()) {
            StreamChat client = StreamChat.open(session);
            client.say("hello");
            assertThat(client.hear()).isEqualTo("echo hello");

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.hear()).isEqualTo("bye");
            assertThat(client.hear()).isEqualTo("closed 1001 shutting down");
            client.sayGoodbye();
            assertThat(session.isClosedByServer()).isTrue();
            assertThat(session.isToldToLeave()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            chat.closed.await();
            assertThat(chat.events).containsExactly("hello", "closed 1001");
            assertThat(chat.lost).isEmpty();
        }
    }

    @Test
    void isWaitedForWhileAMessageIsBeingHandled() throws Exception {
        try (Served served = serve(Served.AT_ONCE);
                RawHttp2Client session = (RawHttp2Client) served.connect()) {
            StreamChat client = StreamChat.open(session);
            client.say("wait");
            chat.waiting.acquire();

            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(client.hear()).isEqualTo("bye");
            assertThat(result).isNotDone();
            chat.gate.countDown();

            assertThat(client.hear()).isEqualTo("waited");
            assertThat(client.hear()).isEqualTo("closed 1001 shutting down");
            client.sayGoodbye();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void isNotWaitedForLongIfItsClientNeverAnswers() throws Exception {
        try (Served served = serve(Served.AT_ONCE);
                RawHttp2Client session = (RawHttp2Client) served.connect()) {
            StreamChat client = StreamChat.open(session);

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.hear()).isEqualTo("bye");
            assertThat(client.hear()).isEqualTo("closed 1001 shutting down");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(10)); // of 20
        }
    }

    @Test
    void isNamedAndToldAtTheDeadlineIfAMessageIsStillBeingHandled() throws Exception {
        try (Served served = serve(Served.BRIEFLY);
                RawHttp2Client session = (RawHttp2Client) served.connect()) {
            StreamChat client = StreamChat.open(session);
            client.say("stubborn");
            chat.waiting.acquire();

            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
            assertThat(result.stragglers())
                    .extracting(Straggler::name)
                    .contains("CONNECT /chat"); // whose session nobody reads meanwhile
            assertThat(client.hear()).isEqualTo("bye");
            assertThat(client.hear()).isEqualTo("closed 1001 shutting down");
            assertThat(session.isClosedByServer()).isTrue();
        }
    }

    @Test
    void isOverWhenItsSessionVanishes() throws Exception {
        try (Served served = serve(Served.AT_ONCE);
                RawHttp2Client session = (RawHttp2Client) served.connect()) {
            StreamChat client = StreamChat.open(session);
            client.say("hello");
            assertThat(client.hear()).isEqualTo("echo hello");
            assertThat(served.shutdown.requests().inFlight()).isEqualTo(1);

            session.reset();
            chat.closed.await();
            ShutdownResult result = served.begin().get();

            assertThat(served.shutdown.requests().inFlight()).isZero();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }
}
