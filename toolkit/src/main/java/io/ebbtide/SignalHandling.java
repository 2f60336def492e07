package io.ebbtide;

import io.ebbtide.report.ShutdownReason;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connects signals, and the end of the JVM, with a shutdown, and says at start what a signal will do. The first signal
 * begins it, the second hurries it, the third ends the process.
 */
final class SignalHandling {

    private static final List<String> SIGNALS = List.of("TERM", "INT", "HUP");
    private static final Logger LOG = System.getLogger("io.ebbtide");

    private final OneRun run;
    private final Watchdog watchdog;
    private final Standby standby;
    private final ShutdownConfig config;

    /** Guarded by this. */
    private final List<Signals.Grip> grips = new ArrayList<>();

    /** Guarded by this; {@code null} while nothing is installed. */
    private @Nullable JvmExitHook hook;

    /** How many signals have come. Behind no lock: whoever holds one may be what is stuck. */
    private final AtomicInteger heard = new AtomicInteger();

    SignalHandling(OneRun run, Watchdog watchdog) {
        this.run = run;
        this.watchdog = watchdog;
        this.standby = run.parts().standby();
        this.config = run.parts().config();
    }

    /** Does nothing if it has been done. */
    synchronized void install() {
        if (hook != null) {
            return;
        }
        watchdog.start();
        standby.start();
        hook = JvmExitHook.install(run, watchdog);
        for (String name : SIGNALS) {
            switch (Signals.handle(name, earlier(name), this::hear)) {
                case Signals.Attempt.Handled(Signals.Grip grip) -> {
                    grips.add(grip);
                    LOG.log(Level.INFO, "SIG" + name + " shuts down gracefully: " + budget(config));
                }
                case Signals.Attempt.Left() ->
                        LOG.log(Level.DEBUG, "SIG" + name + " is left to its earlier handler");
                case Signals.Attempt.Impossible(String why, String then) ->
                        LOG.log(
                                weight(name),
                                "SIG"
                                        + name
                                        + " will not shut this service down: "
                                        + why
                                        + ", "
                                        + then
                                        + "; call shutdown() yourself, or mend how the process is"
                                        + " started");
            }
        }
        ParentShell.warning().ifPresent(warning -> LOG.log(Level.WARNING, warning));
        if (config.kernelAlarm() && !KernelAlarm.isPossible()) {
            LOG.log(
                    Level.WARNING,
                    "there is no kernelAlarm: it needs Linux, and --enable-native-access for "
                            + (KernelAlarm.class.getModule().isNamed()
                                    ? KernelAlarm.class.getModule().getName()
                                    : "ALL-UNNAMED"));
        }
        Rehearsal.start(config);
    }

    /** Puts back what was there before. Does nothing if nothing is installed. */
    synchronized void restore() {
        grips.forEach(Signals.Grip::release);
        grips.clear();
        leaveJvmExit();
        standby.stop();
        watchdog.dismiss();
    }

    /** The JVM may end without us from now on. */
    synchronized void leaveJvmExit() {
        if (hook != null) {
            hook.remove();
            hook = null;
        }
    }

    /** The shutdown has been called off: the next signal is a first one. */
    void forget() {
        heard.set(0);
    }

    /** On a thread that the JVM has made for this signal. If it throws, the JVM prints that and goes on. */
    private void hear(String name) {
        try {
            act(name);
        } catch (Throwable defect) {
            endDespite(defect, name);
        }
    }

    /** What the JVM runs at its end tries once more to shut down. */
    private void endDespite(Throwable defect, String name) {
        try {
            watchdog.arm();
            System.err.println(
                    "ebbtide: SIG"
                            + name
                            + " was not dealt with; this is a defect of Ebbtide: "
                            + defect);
        } finally {
            ProcessExit.exit(config.exitStatuses().halted());
        }
    }

    /** Acts before it logs: the log may be what is stuck. */
    private void act(String name) {
        int count = heard.incrementAndGet();
        if (count == 1 || config.repeatedSignals() == ShutdownConfig.RepeatedSignals.JOIN) {
            run.beginThenExit(new ShutdownReason.Signal(name));
        } else if (count == 2) {
            run.hurry();
            LOG.log(
                    Level.WARNING,
                    "SIG"
                            + name
                            + " again: nothing is waited for longer than "
                            + brief(config.interruptGrace())
                            + " from now on; a third signal halts the process");
        } else {
            watchdog.halt("SIG" + name + " for the third time");
        }
    }

    /** Many use SIGHUP to read their settings again. */
    private static Signals.Earlier earlier(String name) {
        return name.equals("HUP") ? Signals.Earlier.LEAVE_ALONE : Signals.Earlier.CALL;
    }

    /** Whoever starts a process with nohup means SIGHUP. */
    private static Level weight(String name) {
        return name.equals("HUP") ? Level.DEBUG : Level.WARNING;
    }

    private static String budget(ShutdownConfig config) {
        return "work has "
                + brief(config.drainTimeout())
                + " to end, the whole takes at most "
                + brief(config.gracefulTimeout());
    }

    /** Ten seconds as {@code 10s}: the ISO form without its prefix. */
    private static String brief(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
