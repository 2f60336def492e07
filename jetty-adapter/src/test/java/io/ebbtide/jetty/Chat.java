package io.ebbtide.jetty;

import io.ebbtide.work.RequestScope;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a WebSocket application does, whatever API it is written for. A message says what is to be done with it. */
final class Chat {

    /** How many messages a flood has. */
    static final int FLOOD = 200;

    /** One permit for each message that has come to the point where it waits. */
    final Semaphore waiting = new Semaphore(0);

    /** What waiting messages wait for. */
    final CountDownLatch gate = new CountDownLatch(1);

    /** What the application was told, in order. */
    final List<String> events = new CopyOnWriteArrayList<>();

    /** What was sent and not delivered. */
    final List<String> lost = new CopyOnWriteArrayList<>();

    /** Opened when the application has been told of the end. */
    final CountDownLatch closed = new CountDownLatch(1);

    private final ScheduledExecutorService talk =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon(true).factory());

    /** Ends what goes on in the background. */
    void end() {
        gate.countDown();
        talk.shutdownNow();
    }

    void onText(String text, Consumer<String> sender) {
        events.add(text);
        switch (text) {
            case "wait" -> {
                awaitGate();
                sender.accept("waited");
            }
            case "stubborn" -> awaitGateWhateverComes();
            case "flood" -> {
                for (int i = 1; i <= FLOOD; i++) {
                    sender.accept(i + "x".repeat(20_000));
                }
                waiting.release();
            }
            case "talk" -> {
                var _ =
                        talk.scheduleAtFixedRate(
                                () -> sender.accept("tick"), 0, 5, TimeUnit.MILLISECONDS);
            }
            default -> sender.accept("echo " + text);
        }
    }

    void onClose(int code) {
        events.add("closed " + code);
        closed.countDown();
    }

    void onError(Throwable cause) {
        events.add("error " + cause);
    }

    /** For whoever opens a WebSocket: says goodbye with a message of its own. */
    void sayGoodbyeBy(Consumer<String> sender) {
        RequestScope.current().orElseThrow().onDrain(() -> sender.accept("bye"));
    }

    private void awaitGate() {
        waiting.release();
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            events.add("interrupted");
            Thread.currentThread().interrupt();
        }
    }

    private void awaitGateWhateverComes() {
        waiting.release();
        while (true) {
            try {
                gate.await();
                return;
            } catch (InterruptedException ignored) {
                events.add("ignored an interrupt");
            }
        }
    }
}
