package io.ebbtide.examples;

import io.ebbtide.StandaloneShutdown;
import io.ebbtide.resource.ResourceType;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A plain {@code main} with a loop: SIGTERM lets it finish what it has begun, then closes what is registered. */
public final class Example04StandaloneLoop {

    private Example04StandaloneLoop() {}

    // @start region="main"
    public static void main(String[] arguments) throws Exception {
        try (StandaloneShutdown shutdown = StandaloneShutdown.open()) {
            Outbox outbox = new Outbox();
            shutdown.register("outbox", ResourceType.CUSTOM, outbox);
            while (!shutdown.isShuttingDown()) {
                outbox.sendNext();
            }
        }
    }

    // @end

    /** Letters that want to be sent. */
    private static final class Outbox implements AutoCloseable {

        private final LinkedBlockingQueue<String> letters = new LinkedBlockingQueue<>();

        Outbox() {
            System.out.println("ready");
        }

        /** Sends a letter, or returns when there has been none for a while. */
        void sendNext() throws InterruptedException {
            String letter = letters.poll(50, TimeUnit.MILLISECONDS);
            if (letter != null) {
                System.out.println("sent " + letter);
            }
        }

        @Override
        public void close() {
            System.out.println("outbox closed");
        }
    }
}
