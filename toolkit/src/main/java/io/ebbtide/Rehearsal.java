package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Goes through a whole shutdown once, in the background, when the real one is set up: on the way out each class that is
 * loaded and each lambda that is linked for the first time costs up to milliseconds, and the first shutdown of a JVM is
 * its last.
 *
 * <p>It has nothing to do with the real one: parts of its own, a listener that writes nowhere.
 */
final class Rehearsal {

    private Rehearsal() {}

    static void start() {
        Thread.ofPlatform().daemon(true).name("shutdown-rehearsal-1").start(Rehearsal::play);
    }

    private static void play() {
        ShutdownConfig config =
                ShutdownConfig.defaults()
                        .withLameDuck(Duration.ofMillis(2))
                        .withLameDuckQuiet(Duration.ofMillis(1));
        StructuredShutdown stage = StructuredShutdown.open(config, TimeSource.system());
        stage.listen(ShutdownListener.console(new PrintStream(PrintStream.nullOutputStream())))
                .entrance(new Backdrop())
                .register("rehearsal", ResourceType.CUSTOM, () -> {})
                .beforeShutdown("rehearsal", () -> {})
                .flush("rehearsal", () -> {})
                .afterShutdown("rehearsal", () -> {});
        CompletableFuture<ShutdownResult> _ = stage.begin(new ShutdownReason.Signal("rehearsal"));
    }

    /** An entrance that leads nowhere. */
    private record Backdrop() implements Entrance {
        @Override
        public String name() {
            return "rehearsal";
        }

        @Override
        public void refuse(Deadline deadline) {}
    }
}
