package io.ebbtide;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * The last resort: a process that should have ended by itself and has not is ended here, with status 70, after what is
 * stuck has been printed to standard error.
 *
 * <p>A daemon platform thread that is started before it is needed, since there may be no threads left by then, and sleeps
 * until a shutdown begins that is to end the process. It needs nobody else: not the coordinator, no lock, no logger; and
 * printing that blocks does not hold it up.
 */
final class Watchdog implements Runnable {

    /** Result by 250 ms after the budget, process gone 500 ms later. */
    static final Duration LATEST = Duration.ofMillis(750);

    /** The JVM may need 300 of these to end. */
    private static final Duration MARGIN = Duration.ofMillis(450);

    private static final Duration PRINTING = Duration.ofMillis(150);

    private final Parts parts;

    /** Guarded by this. */
    private @Nullable Thread thread;

    /** Written under this; {@code null} while nothing is to end. */
    private volatile @Nullable Deadline deadline;

    Watchdog(Parts parts) {
        this.parts = parts;
    }

    /** Has the thread ready. */
    synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon(true).name("shutdown-watchdog-1").start(this);
        }
    }

    /** The time begins, unless it has begun. */
    synchronized void arm() {
        if (deadline != null) {
            return;
        }
        Duration budget = parts.config().gracefulTimeout();
        deadline = Deadline.in(budget, TimeSource.system()).plus(MARGIN.minus(PRINTING));
        if (parts.config().kernelAlarm()) {
            KernelAlarm.ringIn(Deadline.in(budget, TimeSource.system()).plus(LATEST).remaining());
        }
        if (thread != null) {
            TimeSource.system().unpark(thread);
        } else {
            start();
        }
    }

    /** Nothing is to end any more. */
    synchronized void disarm() {
        deadline = null;
        if (parts.config().kernelAlarm()) {
            KernelAlarm.silence();
        }
    }

    @Override
    public void run() {
        try {
            awaitDeadline();
            report(
                    "the process has not ended "
                            + MARGIN.toMillis()
                            + " ms after its budget of "
                            + parts.config().gracefulTimeout(),
                    parts.config().exitStatuses().halted());
        } catch (Throwable nothingMayKeepUs) {
            // Not printed: standard error may be what blocks. The status tells.
        } finally {
            ProcessExit.halt(parts.config().exitStatuses().halted());
        }
    }

    /** Ends the process now, because a person insists. Does not return. */
    void halt(String why) {
        int status = parts.config().exitStatuses().forced();
        try {
            report(why, status);
        } catch (Throwable nothingMayKeepUs) {
            // As above.
        } finally {
            ProcessExit.halt(status);
        }
    }

    private void awaitDeadline() {
        TimeSource time = TimeSource.system();
        while (true) {
            Deadline until = deadline;
            if (until != null && until.isPassed()) {
                return;
            }
            Thread.interrupted(); // nobody has a reason to; a set flag would keep parking
            // from waiting
            time.parkUntil(this, (until == null ? Deadline.never(time) : until).nanos());
        }
    }

    private void report(String why, int status) throws InterruptedException {
        Thread.ofPlatform()
                .daemon(true)
                .name("shutdown-watchdog-2")
                .start(() -> new Dossier(parts).print(why, status))
                .join(PRINTING);
    }
}
