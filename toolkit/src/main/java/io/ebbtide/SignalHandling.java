package io.ebbtide;

import io.ebbtide.report.ShutdownReason;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Connects signals with a shutdown, and says at start what a signal will do. */
final class SignalHandling {

    private static final List<String> SIGNALS = List.of("TERM", "INT");
    private static final Logger LOG = System.getLogger("io.ebbtide");

    private SignalHandling() {}

    static void install(StructuredShutdown shutdown) {
        for (String name : SIGNALS) {
            Optional<String> obstacle =
                    Signals.handle(
                            name,
                            signal -> shutdown.beginThenExit(new ShutdownReason.Signal(signal)));
            if (obstacle.isEmpty()) {
                LOG.log(
                        Level.INFO,
                        "SIG" + name + " shuts down gracefully: " + budget(shutdown.config()));
            } else {
                LOG.log(
                        Level.WARNING,
                        "SIG"
                                + name
                                + " will not shut this service down: "
                                + obstacle.get()
                                + "; call shutdown() yourself, or mend how the process is started");
            }
        }
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
