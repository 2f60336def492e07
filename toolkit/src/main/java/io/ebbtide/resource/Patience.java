package io.ebbtide.resource;

import io.ebbtide.work.Deadline;

import java.time.Duration;
import java.util.function.IntSupplier;

/** How the time for closing is divided: three quarters for those who still use the thing, one for the close itself. */
final class Patience {

    /** Pools tell nobody when something comes back, so they are asked. */
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private Patience() {}

    /** {@return when to stop being polite} */
    static Deadline before(Deadline end) {
        return end.minus(end.remaining().dividedBy(4));
    }

    /**
     * Waits until nothing is in use any more. An interrupt ends the waiting and is kept: what comes next is the close.
     *
     * @return how much is still in use
     */
    static int awaitReturn(IntSupplier inUse, Deadline end) {
        try {
            before(end).poll(() -> inUse.getAsInt() == 0, INTERVAL);
        } catch (InterruptedException closeNow) {
            Thread.currentThread().interrupt();
        }
        return inUse.getAsInt();
    }
}
