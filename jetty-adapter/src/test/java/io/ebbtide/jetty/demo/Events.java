package io.ebbtide.jetty.demo;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/** What happens to orders, told to everybody who listens. Safe for any number of threads. */
final class Events {

    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    /** Tells all subscriptions; one that cannot keep up misses the event. */
    void publish(String event) {
        for (Subscription subscription : subscriptions) {
            subscription.queue.offer(Optional.of(event));
        }
    }

    Subscription subscribe() {
        Subscription subscription = new Subscription();
        subscriptions.add(subscription);
        return subscription;
    }

    /** One listener's events, in order. */
    final class Subscription implements AutoCloseable {

        private final BlockingQueue<Optional<String>> queue = new ArrayBlockingQueue<>(1_000);

        private Subscription() {}

        /** Waits for the next event; {@return nothing once this has been ended} */
        Optional<String> next() throws InterruptedException {
            return queue.take();
        }

        /** Drops what has not been told yet and ends this. Never waits. */
        void end() {
            close();
            queue.clear();
            queue.offer(Optional.empty());
        }

        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }
}
