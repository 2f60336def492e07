package io.ebbtide.work;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** A task that a test can wait for: it stays inside until it is released or interrupted. */
final class StuckTask implements Callable<String> {

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public String call() throws InterruptedException {
        inside.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
        return "released";
    }

    /** The same for what takes a Runnable; an interrupt ends it. */
    void run() {
        try {
            call();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    void release() {
        release.countDown();
    }

    void awaitInside() throws InterruptedException {
        inside.await();
    }

    void awaitInterrupt() throws InterruptedException {
        interrupted.await();
    }

    boolean isInside() {
        return inside.getCount() == 0;
    }

    boolean isInterrupted() {
        return interrupted.getCount() == 0;
    }

    /** Waits for what nobody signals; ends with the test when its time is up. */
    static void awaitUntil(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the condition did not come true");
            }
            Thread.onSpinWait();
        }
    }

    /** Waits as a task does that does not heed interrupts. */
    static void awaitStubbornly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException unheeded) {
                Thread.onSpinWait();
            }
        }
    }
}
