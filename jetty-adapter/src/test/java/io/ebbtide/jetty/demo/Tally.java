package io.ebbtide.jetty.demo;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all clients together saw. Requests are counted when they are made, and outcomes when they
 * are known, so that a request nobody accounts for shows. Safe for any number of threads.
 */
final class Tally {

    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private final LongAdder sent = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder answeredLate = new LongAdder();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final CountDownLatch middle;

    /** Written once by the driver, before the next. */
    private volatile long signalledAt;

    /** Negative until SIGTERM; written once by the driver, read by every client. */
    private volatile int openAtSignal = -1;

    /**
     * @param middle how many answers make the middle of the run
     */
    Tally(int middle) {
        this.middle = new CountDownLatch(middle);
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    void sending() {
        sent.increment();
        open.incrementAndGet();
    }

    void answered() {
        settle(Outcome.ANSWERED);
        if (isSignalled()) {
            answeredLate.increment();
        }
        middle.countDown();
    }

    /** Counts an order that the service acknowledged under this number. */
    void acknowledged(long order) {
        if (acknowledged.add(order)) {
            answered();
        } else {
            complain(Outcome.WRONG, "order %d was acknowledged twice".formatted(order));
        }
    }

    void refused(Outcome how) {
        settle(how);
    }

    /** Counts an outcome that must not be, and keeps what is known about it. */
    void complain(Outcome outcome, String detail) {
        settle(outcome);
        complaints.add("%s %s (%s)".formatted(outcome, detail, now()));
    }

    private String now() {
        return isSignalled()
                ? "%,d ms after SIGTERM".formatted((System.nanoTime() - signalledAt) / 1_000_000)
                : "before SIGTERM";
    }

    private void settle(Outcome outcome) {
        outcomes.get(outcome).increment();
        open.decrementAndGet();
    }

    /** Waits for the middle of the run; {@return whether it came in time} */
    boolean awaitMiddle(Duration limit) throws InterruptedException {
        return middle.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Called right before SIGTERM: from now on a closed door is no loss. */
    void signalled() {
        signalledAt = System.nanoTime();
        openAtSignal = open.get();
    }

    boolean isSignalled() {
        return openAtSignal >= 0;
    }

    /** {@return how many requests have been answered so far} */
    long answers() {
        return outcomes.get(Outcome.ANSWERED).sum();
    }

    /** {@return the counts of now; final once all clients have ended} */
    RequestCounts counts() {
        Map<Outcome, Long> sums = new EnumMap<>(Outcome.class);
        outcomes.forEach((outcome, count) -> sums.put(outcome, count.sum()));
        return new RequestCounts(sent.sum(), sums, openAtSignal, answeredLate.sum());
    }

    Set<Long> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }
}
