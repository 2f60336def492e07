package io.ebbtide;

import io.ebbtide.report.SafeText;
import io.ebbtide.report.ShutdownListener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells the listeners what happens, on one thread that does nothing else: a listener that blocks, a log whose disk is
 * full, never holds the shutdown up.
 */
final class Reporter {

    private final List<ShutdownListener> listeners;
    private final LinkedBlockingQueue<Consumer<ShutdownListener>> news =
            new LinkedBlockingQueue<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean last;

    Reporter(List<ShutdownListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    void start() {
        Thread.ofPlatform().daemon(true).name("shutdown-report-1").start(this::tellAll);
    }

    /** Passes news on. Returns at once. */
    void tell(Consumer<ShutdownListener> item) {
        news.add(item);
    }

    /** Passes the last news on and waits until it has been told, or for {@code patience}. */
    void finish(Consumer<ShutdownListener> item, Duration patience) {
        news.add(item);
        news.add(_ -> last = true);
        try {
            if (!done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                System.err.println(
                        "ebbtide: a shutdown listener blocks; the rest of its report is left out");
            }
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellAll() {
        try {
            while (!last) {
                Consumer<ShutdownListener> item = news.take();
                listeners.forEach(listener -> tell(listener, item));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            done.countDown();
        }
    }

    private static void tell(ShutdownListener listener, Consumer<ShutdownListener> item) {
        try {
            item.accept(listener);
        } catch (Throwable broken) {
            System.err.println(
                    "ebbtide: shutdown listener "
                            + listener.getClass().getName()
                            + " failed: "
                            + SafeText.of(broken));
        }
    }
}
