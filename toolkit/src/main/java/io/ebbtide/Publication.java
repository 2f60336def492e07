package io.ebbtide;

import io.ebbtide.report.ShutdownResult;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How the result of a shutdown reaches whoever waits for it. Threads that wait are let go; what users have hung onto a
 * future runs on a thread of its own, for which the end of the process waits only so long.
 */
final class Publication {

    /** How long the end waits for what users have hung onto their futures. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final Standby standby;
    private final CountDownLatch out = new CountDownLatch(1);

    /** Given to users as copies only. A copy and the look for copies exclude each other, under this. */
    private final CompletableFuture<ShutdownResult> future = new CompletableFuture<>();

    /** Written before {@link #out} opens; one of both. */
    private @Nullable ShutdownResult result;

    private @Nullable Throwable defect;

    Publication(Standby standby) {
        this.standby = standby;
    }

    /** {@return a future that is completed with the result} */
    synchronized CompletableFuture<ShutdownResult> future() {
        return future.copy();
    }

    /** Waits for the result. */
    ShutdownResult await() throws InterruptedException {
        out.await();
        return result();
    }

    /** Waits for the result; an interrupt is kept for later. */
    ShutdownResult awaitUninterruptibly() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return await();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@return whether there is an outcome before {@code patience} is over} */
    boolean awaitFor(Duration patience) throws InterruptedException {
        return out.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** {@return whether there will be no result because the shutdown has been called off} */
    boolean isCalledOff() {
        return defect instanceof CancellationException;
    }

    /** {@return the result, which is there if {@link #awaitFor} has said so; empty if there is none} */
    Optional<ShutdownResult> outcome() {
        return Optional.ofNullable(result);
    }

    private ShutdownResult result() {
        ShutdownResult done = result;
        if (defect instanceof CancellationException calledOff) {
            throw new CancellationException(calledOff.getMessage());
        }
        if (done == null) {
            throw new IllegalStateException(
                    "the shutdown itself failed; this is a defect of Ebbtide", defect);
        }
        return done;
    }

    /** Lets everybody have {@code done}. Blocks while users' code runs that hangs on a future, but not for long. */
    void succeed(ShutdownResult done) throws InterruptedException {
        result = done;
        out.countDown();
        synchronized (this) {
            if (future.getNumberOfDependents() == 0) {
                future.complete(done); // runs nobody's code, so that no thread is needed for it
                return;
            }
        }
        CountDownLatch through = new CountDownLatch(1);
        Runnable completing =
                () -> {
                    future.complete(done);
                    through.countDown();
                };
        try {
            standby.unstarted("shutdown-publish-1", completing).start();
            boolean _ = through.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError noThread) {
            future.complete(done);
        }
    }

    /** The shutdown has been called off: whoever waits for its result hears that. */
    void callOff() {
        fail(new CancellationException("the shutdown has been called off"));
    }

    /** There will be no result. */
    void fail(Throwable cause) {
        defect = cause;
        out.countDown();
        future.completeExceptionally(cause);
    }
}
