package io.ebbtide;

import io.ebbtide.report.SafeText;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.RequestScope;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;

/**
 * The one run of a shutdown: begun by whoever comes first, joined by all others, on a platform thread of its own. One that
 * is called off leaves room for another.
 */
final class OneRun {

    private final Parts parts;
    private final Watchdog watchdog;
    private final SignalHandling signals;

    /** Changed under this, read by anyone; {@code null} until the first request to shut down. */
    private volatile @Nullable ShutdownRun run;

    /** Changed under this, read by anyone: how the result of the present run, or of the next one, gets about. */
    private volatile Publication publication;

    /** Guarded by this: why to shut down again once the run that has been called off is over. */
    private @Nullable ShutdownReason next;

    /** Guarded by this: whether somebody relies on the end of the run. */
    private boolean irrevocable;

    /** Whether the process ends with the run; set by the signal. */
    private volatile boolean exits;

    /** Whether the run is over. */
    private volatile boolean finished;

    /** Written by the coordinator before {@link #finished}. */
    private int exitStatus;

    OneRun(Parts parts) {
        this.parts = parts;
        this.publication = new Publication(parts.standby());
        this.exitStatus = parts.config().exitStatuses().halted();
        this.watchdog = new Watchdog(parts);
        this.signals = new SignalHandling(this, watchdog);
    }

    SignalHandling signals() {
        return signals;
    }

    boolean hasBegun() {
        ShutdownRun present = run;
        return present != null && !present.patience().isCalledOff();
    }

    boolean isFinished() {
        return finished;
    }

    /** Waits for a result, however many shutdowns are called off before there is one. */
    ShutdownResult await() throws InterruptedException {
        while (true) {
            try {
                return publication.await();
            } catch (CancellationException calledOff) {
                // there will be another one
            }
        }
    }

    /** {@return how the result of the present run, or of the next one, reaches whoever waits for it} */
    Publication publication() {
        return publication;
    }

    /** Begins, or joins the run that has begun. Returns at once. {@return where its result will be} */
    Publication begin(ShutdownReason reason) {
        Objects.requireNonNull(reason, "reason");
        ShutdownRun mine;
        Publication result;
        synchronized (this) {
            result = publication;
            ShutdownRun present = run;
            if (present != null) {
                next = present.patience().isCalledOff() && next == null ? reason : next;
                return result;
            }
            mine = new ShutdownRun(parts, reason);
            run = mine;
        }
        parts.phases().open(ShutdownPhase.INITIATED);
        start(mine);
        return result;
    }

    /** The same, and nobody can call it off any more. */
    Publication beginForGood(ShutdownReason reason) {
        synchronized (this) {
            irrevocable = true;
        }
        return begin(reason);
    }

    /** Begins, or joins the run that has begun, and ends the process afterwards. */
    void beginThenExit(ShutdownReason reason) {
        exits = true;
        watchdog.arm();
        begin(reason);
        if (finished) {
            exit();
        }
    }

    /** {@return whether the run could be called off: it has announced itself, and refused nobody} */
    boolean callOff() {
        Publication dropped;
        synchronized (this) {
            ShutdownRun present = run;
            if (present == null || irrevocable || !present.patience().callOff()) {
                return false;
            }
            dropped = publication;
            publication = new Publication(parts.standby());
            exits = false;
            watchdog.disarm();
            signals.forget();
        }
        dropped.callOff();
        return true;
    }

    /** Somebody is in a hurry. */
    void hurry() {
        ShutdownRun present = run;
        if (present != null) {
            present.patience().hurry();
        }
    }

    /** Does not wait any longer for steps whose threads never come back. */
    void forsake(Predicate<Thread> gone) {
        ShutdownRun present = run;
        if (present != null) {
            present.forsake(gone);
        }
    }

    /** Where threads have run out, somebody else's thread has to do. */
    private void start(ShutdownRun mine) {
        try {
            Thread coordinator =
                    parts.standby().unstarted("shutdown-coordinator-1", () -> conduct(mine));
            coordinator.setDaemon(false); // main may be over
            coordinator.start();
        } catch (OutOfMemoryError noThread) {
            if (RequestScope.current().isPresent()) {
                Thread.startVirtualThread(() -> conduct(mine)); // here it would wait for itself
            } else {
                conduct(mine);
            }
        }
    }

    /** On the coordinator's thread. */
    private void conduct(ShutdownRun mine) {
        try {
            Optional<ShutdownResult> done = mine.conduct();
            if (done.isEmpty()) {
                beginAgain();
                return;
            }
            exitStatus = parts.config().exitStatuses().of(done.get());
            publication.succeed(done.get());
        } catch (Throwable defect) {
            fail(defect);
        }
        finished = true; // before looking at exits: whoever sets that looks here afterwards
        if (exits) {
            exit();
        } else {
            signals.restore();
        }
    }

    private void fail(Throwable defect) {
        try {
            publication.fail(defect);
            parts.phases().open(ShutdownPhase.FORCED);
            System.err.println(
                    "ebbtide: the shutdown itself failed; this is a defect of Ebbtide: "
                            + SafeText.of(defect));
        } catch (OutOfMemoryError full) {
            return; // the status tells
        }
    }

    private void beginAgain() {
        ShutdownReason reason;
        synchronized (this) {
            run = null;
            reason = next;
            next = null;
        }
        if (reason != null) {
            begin(reason);
        }
    }

    private void exit() {
        signals.leaveJvmExit();
        ShutdownRun over = run;
        if (over != null && !over.isTold()) {
            watchdog.hasten(exitStatus);
        }
        ProcessExit.exit(exitStatus);
    }

    ShutdownProgress progress() {
        ShutdownRun running = run;
        return running == null || running.patience().isCalledOff()
                ? Progress.of(parts, ShutdownPhase.RUNNING, 0, Duration.ZERO, 0)
                : running.progress();
    }

    Parts parts() {
        return parts;
    }
}
