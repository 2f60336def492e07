package io.ebbtide.resource;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Closes what an interrupt would leave half closed: on a thread of its own, which nobody interrupts. */
final class Undisturbed {

    private Undisturbed() {}

    /**
     * Waits for {@code action}.
     *
     * @throws InterruptedException if interrupted while waiting; the action goes on
     * @throws Exception what the action throws
     */
    static void run(Action action) throws Exception {
        FutureTask<Boolean> closing =
                new FutureTask<>(
                        () -> {
                            action.run();
                            return true;
                        });
        try {
            Thread.ofPlatform().daemon(true).name("shutdown-close-pool").start(closing);
        } catch (OutOfMemoryError noThread) {
            closing.run(); // here, then: an interrupt is the smaller evil
        }
        try {
            closing.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }
}
