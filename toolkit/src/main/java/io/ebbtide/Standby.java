package io.ebbtide;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A few threads that are there before they are needed: where the system gives no more, the shutdown makes do with these.
 *
 * <p>They exist from {@code handleSignals()} on, so a limit that is reached later does not take them away. What finds none of
 * them free waits until one is, or until its own time is up. One that hangs in somebody's code is lost to the others.
 */
final class Standby {

    /** The coordinator, whoever tells the listeners, and four steps at a time. */
    private static final int THREADS = 6;

    /** Changed under this, read by anyone; {@code null} while there are no threads. What is empty ends one of them. */
    private volatile @Nullable BlockingQueue<Optional<Runnable>> jobs;

    /** Has the threads ready. Where not all of them can be had, there are none. */
    synchronized void start() {
        if (jobs != null) {
            return;
        }
        BlockingQueue<Optional<Runnable>> queue = new LinkedBlockingQueue<>();
        try {
            for (int n = 1; n <= THREADS; n++) {
                Thread.ofPlatform()
                        .daemon(true)
                        .name("shutdown-standby-" + n)
                        .start(() -> work(queue));
            }
            jobs = queue;
        } catch (OutOfMemoryError noThread) {
            dismiss(queue);
        }
    }

    /** Lets the threads end, each when it is through with what it does. */
    synchronized void stop() {
        BlockingQueue<Optional<Runnable>> queue = jobs;
        jobs = null;
        if (queue != null) {
            dismiss(queue);
        }
    }

    /**
     * {@return a daemon that does {@code work} once it is started} Where the system has no thread for it, one of these does
     * it, under its own name; where there are none of these either, starting it throws an {@link OutOfMemoryError}.
     */
    Thread unstarted(String name, Runnable work) {
        return new Replaceable(name, work);
    }

    private static void dismiss(BlockingQueue<Optional<Runnable>> queue) {
        for (int n = 1; n <= THREADS; n++) {
            queue.add(Optional.empty());
        }
    }

    private static void work(BlockingQueue<Optional<Runnable>> queue) {
        try {
            Optional<Runnable> job = queue.take();
            while (job.isPresent()) {
                job.get().run();
                Thread.interrupted(); // what was meant for one job is not the next one's business
                job = queue.take();
            }
        } catch (InterruptedException nobodyHasAReasonTo) {
            Thread.currentThread().interrupt();
        }
    }

    /** A thread that another one can stand in for. */
    private final class Replaceable extends Thread {

        private final Runnable work;

        Replaceable(String name, Runnable work) {
            super(work, name);
            this.work = work;
            setDaemon(true);
        }

        @Override
        public void start() {
            try {
                super.start();
            } catch (OutOfMemoryError noThread) {
                BlockingQueue<Optional<Runnable>> queue = jobs;
                if (queue == null) {
                    throw noThread;
                }
                queue.add(Optional.of(work));
            }
        }
    }
}
