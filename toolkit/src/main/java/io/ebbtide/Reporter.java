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

    private static final Duration COMPLAINING = Duration.ofMillis(50);

    /** What the last news have although the budget is used up: a part of the 250 ms after which the result is there. */
    private static final Duration LEAST = Duration.ofMillis(100);

    private final List<ShutdownListener> listeners;
    private final Standby standby;
    private final Duration least;
    private final LinkedBlockingQueue<Consumer<ShutdownListener>> news =
            new LinkedBlockingQueue<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean last;

    /** Whether there is no thread to tell them on, so that the coordinator has to; read and written by it alone. */
    private boolean here;

    Reporter(List<ShutdownListener> listeners, Standby standby) {
        this(listeners, standby, LEAST);
    }

    /** The same with another time for the last news: for tests. */
    Reporter(List<ShutdownListener> listeners, Standby standby, Duration least) {
        this.listeners = List.copyOf(listeners);
        this.standby = standby;
        this.least = least;
    }

    void start() {
        try {
            standby.unstarted("shutdown-report-1", this::tellAll).start();
        } catch (OutOfMemoryError noThread) {
            here = true;
        }
    }

    /** Passes news on. Returns at once. */
    void tell(Consumer<ShutdownListener> item) {
        news.add(item);
    }

    /**
     * Passes the last news on and waits until it has been told, for {@code patience} or for a moment, whichever is longer.
     *
     * @return whether it has been told
     */
    boolean finish(Consumer<ShutdownListener> item, Duration patience) {
        Duration waiting = patience.compareTo(least) < 0 ? least : patience;
        news.add(item);
        news.add(_ -> last = true);
        if (here) {
            tellAll();
        }
        try {
            if (done.await(waiting.toNanos(), TimeUnit.NANOSECONDS)) {
                return true;
            }
            complain();
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** What blocks the listener may be standard error, which would then block us as well. */
    private void complain() throws InterruptedException {
        CountDownLatch printed = new CountDownLatch(1);
        Runnable printing =
                () -> {
                    System.err.println(
                            "ebbtide: a shutdown listener blocks; the rest of its report is left"
                                    + " out");
                    printed.countDown();
                };
        try {
            standby.unstarted("shutdown-report-2", printing).start();
            boolean _ = printed.await(COMPLAINING.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError noThread) {
            return; // the shutdown goes on without the complaint
        }
    }

    private void tellAll() {
        try {
            while (!last) {
                tellAll(news.take());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            done.countDown();
        }
    }

    private void tellAll(Consumer<ShutdownListener> item) {
        try {
            listeners.forEach(listener -> tell(listener, item));
        } catch (OutOfMemoryError full) {
            return; // a moment of it: there may be memory for the next item
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
