package io.ebbtide;

import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What the JVM runs when it ends by itself: {@code System.exit} in the program, the end of {@code main}, a signal that only
 * the JVM handles. It shuts down, or waits for the shutdown that runs.
 *
 * <p>Whoever has called {@code System.exit} is stuck in there until the JVM is gone. If that is work, or an action of the
 * shutdown's own, it is not waited for: each would wait for the other.
 */
final class JvmExitHook implements Runnable {

    /** How often to look who else has called {@code System.exit}: that cannot be noticed in any other way. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final OneRun run;
    private final Watchdog watchdog;
    private final Thread thread = new Hook(this);

    /** The JVM starts all hooks and then waits for each. It would go on without the one that gets no thread. */
    private static final class Hook extends Thread {

        private final Runnable work;

        Hook(Runnable work) {
            super(work, "shutdown-jvm-exit-1");
            this.work = work;
        }

        @Override
        public void start() {
            try {
                super.start();
            } catch (OutOfMemoryError noThread) {
                work.run(); // here, where the JVM ends
            }
        }
    }

    private JvmExitHook(OneRun run, Watchdog watchdog) {
        this.run = run;
        this.watchdog = watchdog;
    }

    /** {@return the hook, known to the JVM; {@code null} if the JVM is ending already} */
    static @Nullable JvmExitHook install(OneRun run, Watchdog watchdog) {
        JvmExitHook hook = new JvmExitHook(run, watchdog);
        try {
            Runtime.getRuntime().addShutdownHook(hook.thread);
            return hook;
        } catch (IllegalStateException ending) {
            return null;
        }
    }

    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException ending) {
            return; // it runs, and finds that there is nothing to do
        }
    }

    @Override
    public void run() {
        if (run.isFinished()) {
            return;
        }
        watchdog.arm();
        ExitCallers callers = new ExitCallers(run.parts());
        ShutdownReason reason = new ShutdownReason.JvmExit(callers.name());
        Publication publication = run.beginForGood(reason);
        do {
            callers.letGo();
            run.forsake(ExitCallers::isExiting);
        } while (!isOver(publication));
        publication.outcome().ifPresent(JvmExitHook::tell);
    }

    private static boolean isOver(Publication publication) {
        try {
            return publication.awaitFor(LOOK);
        } catch (InterruptedException wentBefore) {
            return false; // it was for the thread that ends the JVM, which may be this one
        }
    }

    /** Logging ends at the same time as we do, so what went wrong is told here as well. */
    private static void tell(ShutdownResult result) {
        if (result.status() != ShutdownResult.Status.SUCCESSFUL) {
            System.err.println(result);
        }
    }
}
