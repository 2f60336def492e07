package io.ebbtide;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** The one run of a shutdown: begun by whoever comes first, joined by all others, on a platform thread of its own. */
final class OneRun {

    private final Parts parts;
    private final Publication publication = new Publication();

    private final CountDownLatch begun = new CountDownLatch(1);

    /** {@code null} until the first request to shut down. */
    private final AtomicReference<@Nullable ShutdownRun> run = new AtomicReference<>();

    /** Whether the process ends with the run; set by the signal. */
    private final AtomicBoolean exits = new AtomicBoolean();

    /** Whether the run is over. */
    private volatile boolean finished;

    /** Written by the coordinator before {@link #finished}. */
    private int exitStatus = ProcessExit.DEFECT;

    OneRun(Parts parts) {
        this.parts = parts;
    }

    boolean hasBegun() {
        return run.get() != null;
    }

    /** Waits until somebody begins. */
    void awaitBegin() throws InterruptedException {
        begun.await();
    }

    /** {@return how its result reaches whoever waits for it} */
    Publication publication() {
        return publication;
    }

    /** Begins, or joins the run that has begun. Returns at once. */
    void begin(ShutdownReason reason) {
        if (run.get() == null) {
            ShutdownRun mine = new ShutdownRun(parts, reason);
            if (run.compareAndSet(null, mine)) {
                begun.countDown();
                Thread.ofPlatform()
                        .daemon(false)
                        .name("shutdown-coordinator-1")
                        .start(() -> conduct(mine));
            }
        }
    }

    /** Begins, or joins the run that has begun, and ends the process afterwards. */
    void beginThenExit(ShutdownReason reason) {
        if (exits.compareAndSet(false, true)) {
            Watchdog.of(parts).start();
        }
        begin(reason);
        if (finished) {
            exit();
        }
    }

    /** On the coordinator's thread. */
    private void conduct(ShutdownRun mine) {
        try {
            ShutdownResult done = mine.conduct();
            exitStatus = ProcessExit.status(done);
            publication.succeed(done);
        } catch (Throwable defect) {
            publication.fail(defect);
            System.err.println(
                    "ebbtide: the shutdown itself failed; this is a defect of Ebbtide: " + defect);
        } finally {
            finished = true; // before looking at exits: whoever sets that looks here afterwards
            if (exits.get()) {
                exit();
            }
        }
    }

    private void exit() {
        ProcessExit.exit(exitStatus);
    }

    ShutdownProgress progress() {
        ShutdownRun running = run.get();
        return running == null
                ? Progress.of(parts, ShutdownPhase.RUNNING, 0, Duration.ZERO, 0)
                : running.progress();
    }
}
