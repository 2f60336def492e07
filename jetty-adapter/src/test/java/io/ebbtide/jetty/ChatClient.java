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

    private final HttpClient http = HttpClient.newHttpClient();
    private final StringBuilder partial = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    /** Whole messages, and at the end {@code closed} with code and reason, or {@code error}. */
    final List<String> heard = new CopyOnWriteArrayList<>();

    private volatile WebSocket webSocket;

    private ChatClient() {}

    /** One that reads whatever comes. */
    static ChatClient open(int port) throws Exception {
        ChatClient client = openDeaf(port);
        client.listen();
        return client;
    }

    /** One that reads nothing before {@link #listen}. */
    static ChatClient openDeaf(int port) throws Exception {
        ChatClient client = new ChatClient();
        client.webSocket = client.connect(port).get(20, TimeUnit.SECONDS);
        return client;
    }

    /** One whose handshake goes on. */
    static ChatClient opening(int port) {
        ChatClient client = new ChatClient();
        CompletableFuture<Void> _ =
                client.connect(port)
                        .thenAccept(
                                opened -> {
                                    client.webSocket = opened;
                                    client.listen();
                                });
        return client;
    }

    private CompletableFuture<WebSocket> connect(int port) {
        return http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/chat"), this);
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
