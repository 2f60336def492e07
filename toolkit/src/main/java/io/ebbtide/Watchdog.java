package io.ebbtide;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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

    /** Changed under this; a thread that is not this one any more has been dismissed. */
    private volatile @Nullable Thread thread;

    /** Changed under this; {@code null} while nothing is to end. */
    private volatile @Nullable Sentence sentence;

    /** What happens to the process, and when. */
    record Sentence(Deadline deadline, String why, int status) {}

    Watchdog(Parts parts) {
        this.parts = parts;
    }

    /** Has the thread ready. */
    void start() {
        Thread _ = ready();
    }

    private synchronized Thread ready() {
        Thread ready = thread;
        if (ready == null) {
            ready = Thread.ofPlatform().daemon(true).name("shutdown-watchdog-1").unstarted(this);
            thread = ready;
            ready.start();
        }
        return ready;
    }

    /** Lets the thread go, unless it is to end the process. */
    synchronized void dismiss() {
        Thread idle = thread;
        if (sentence == null && idle != null) {
            thread = null;
            TimeSource.system().unpark(idle);
        }
    }

    /** The time begins, unless it has begun. */
    synchronized void arm() {
        if (sentence != null) {
            return;
        }
        Deadline end = Deadline.in(parts.config().gracefulTimeout(), TimeSource.system());
        String why =
                "the process has not ended "
                        + MARGIN.toMillis()
                        + " ms after its budget of "
                        + parts.config().gracefulTimeout();
        int status = parts.config().exitStatuses().halted();
        sentence = new Sentence(end.plus(MARGIN.minus(PRINTING)), why, status);
        if (parts.config().kernelAlarm()) {
            KernelAlarm.ringIn(end.plus(LATEST).remaining());
        }
        TimeSource.system().unpark(ready());
    }

    /** The run is over, and its log blocks: what the JVM does at its end with logs may do so, too, and need not be waited for. */
    synchronized void hasten(int status) {
        Deadline soon = Deadline.in(MARGIN, TimeSource.system());
        Sentence present = sentence;
        if (present == null || soon.earlier(present.deadline()).equals(soon)) {
            String why = "the log blocks, and the process with it, " + MARGIN.toMillis() + " ms";
            sentence = new Sentence(soon, why + " after its shutdown", status);
            TimeSource.system().unpark(ready());
        }
    }

    /** Nothing is to end any more. */
    synchronized void disarm() {
        sentence = null;
        if (parts.config().kernelAlarm()) {
            KernelAlarm.silence();
        }
    }

    @Override
    public void run() {
        int status = parts.config().exitStatuses().halted();
        boolean dismissed = false;
        try {
            Sentence due = awaitSentence();
            dismissed = due == null;
            if (due != null) {
                status = due.status();
                report(due.why(), status);
            }
        } catch (Throwable nothingMayKeepUs) {
            // Not printed: standard error may be what blocks. The status tells.
        } finally {
            if (!dismissed) {
                ProcessExit.halt(status);
            }
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

    /** {@return what is due; {@code null} if this thread has been dismissed} */
    private @Nullable Sentence awaitSentence() {
        TimeSource time = TimeSource.system();
        while (true) {
            Sentence present = sentence;
            if (present != null && present.deadline().isPassed()) {
                return present;
            }
            if (!Thread.currentThread().equals(thread)) {
                return null;
            }
            Thread.interrupted(); // nobody has a reason to; with the flag set it would not wait
            Deadline until = present == null ? Deadline.never(time) : present.deadline();
            time.parkUntil(this, until.nanos());
        }
    }

    private void report(String why, int status) throws InterruptedException {
        CountDownLatch printed = new CountDownLatch(1);
        Runnable printing =
                () -> {
                    new Dossier(parts).print(why, status);
                    printed.countDown();
                };
        parts.standby().unstarted("shutdown-watchdog-2", printing).start();
        boolean _ = printed.await(PRINTING.toNanos(), TimeUnit.NANOSECONDS);
    }
}
