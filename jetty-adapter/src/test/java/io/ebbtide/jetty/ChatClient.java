package io.ebbtide.jetty;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A WebSocket client that reads when it is told to, and remembers everything in order. */
final class ChatClient implements AutoCloseable, WebSocket.Listener {

    private final HttpClient http = HttpClient.newBuilder().sslContext(Tls.clients()).build();
    private final StringBuilder partial = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    /** Whole messages, and at the end {@code closed} with code and reason, or {@code error}. */
    final List<String> heard = new CopyOnWriteArrayList<>();

    private volatile WebSocket webSocket;

    private ChatClient() {}

    /** One that reads whatever comes. */
    static ChatClient open(Served served) throws Exception {
        return open(address(served));
    }

    static ChatClient open(URI address) throws Exception {
        ChatClient client = openDeaf(address);
        client.listen();
        return client;
    }

    /** One that reads nothing before {@link #listen}. */
    static ChatClient openDeaf(Served served) throws Exception {
        return openDeaf(address(served));
    }

    private static ChatClient openDeaf(URI address) throws Exception {
        ChatClient client = new ChatClient();
        client.webSocket = client.connect(address).get(20, TimeUnit.SECONDS);
        return client;
    }

    /** One whose handshake goes on. */
    static ChatClient opening(Served served) {
        ChatClient client = new ChatClient();
        CompletableFuture<Void> _ =
                client.connect(address(served))
                        .thenAccept(
                                opened -> {
                                    client.webSocket = opened;
                                    client.listen();
                                });
        return client;
    }

    private static URI address(Served served) {
        String scheme = served.wire() == Wire.HTTPS ? "wss" : "ws";
        return URI.create(scheme + "://127.0.0.1:" + served.port() + "/chat");
    }

    private CompletableFuture<WebSocket> connect(URI address) {
        return http.newWebSocketBuilder().buildAsync(address, this);
    }

    void listen() {
        webSocket.request(Long.MAX_VALUE);
    }

    void say(String text) throws Exception {
        webSocket.sendText(text, /* last= */ true).get(20, TimeUnit.SECONDS);
    }

    /** Is gone without a word. */
    void vanish() {
        webSocket.abort();
    }

    int awaitClose() throws Exception {
        return closed.get(20, TimeUnit.SECONDS);
    }

    boolean isClosed() {
        return closed.isDone();
    }

    @Override
    public void onOpen(WebSocket opened) {
        // Nothing is read until asked for.
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(partial.toString());
            partial.setLength(0);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        heard.add("closed " + code + " " + reason);
        closed.complete(code);
        return null; // which answers with a close frame
    }

    @Override
    public void onError(WebSocket from, Throwable cause) {
        heard.add("error " + cause);
        closed.completeExceptionally(cause);
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
