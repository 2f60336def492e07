package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Fork;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.TimeSource;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CountDownLatch;

/**
 * Goes through a whole shutdown once, in the background, when the real one is set up: on the way out each class that is
 * loaded and each lambda that is linked for the first time costs up to milliseconds, and the first shutdown of a JVM is
 * its last.
 *
 * <p>It has nothing to do with the real one: parts of its own, a listener that writes nowhere.
 */
final class Rehearsal {

    private static final String NAME = "rehearsal";

    /** What a good end does not need. At a bad one the files may be gone, by a deploy over a running service. */
    private static final List<Class<?>> LAST_RESORTS =
            List.of(
                    ProcessExit.class,
                    Watchdog.Sentence.class,
                    Dossier.class,
                    ExitCallers.class,
                    ShutdownReason.JvmExit.class,
                    Stragglers.class);

    private Rehearsal() {}

    static void start(ShutdownConfig real) {
        try {
            Thread.ofPlatform().daemon(true).name("shutdown-rehearsal-1").start(() -> run(real));
        } catch (OutOfMemoryError noThread) {
            return; // the real one will be a little slower
        }
    }

    private static void run(ShutdownConfig real) {
        try {
            play(real);
        } catch (OutOfMemoryError noThread) {
            return; // the same
        }
    }

    private static void play(ShutdownConfig real) {
        LAST_RESORTS.forEach(Rehearsal::load);
        Signals.rehearse();
        if (real.kernelAlarm()) {
            KernelAlarm.rehearse();
        }
        ShutdownConfig config =
                ShutdownConfig.defaults()
                        .withLameDuck(Duration.ofMillis(2))
                        .withLameDuckQuiet(Duration.ofMillis(1));
        Parts parts = Parts.of(config, TimeSource.system());
        parts.listeners().add(ShutdownListener.logging(new Deaf()));
        parts.listeners()
                .add(ShutdownListener.console(new PrintStream(PrintStream.nullOutputStream())));
        parts.entrances().add(new Backdrop());
        parts.hooks()
                .before(NAME, Rehearsal::fail)
                .flush(NAME, Rehearsal::succeed)
                .after(NAME, Rehearsal::succeed);
        parts.resources().register(Resource.of(NAME, ResourceType.CUSTOM, Rehearsal::succeed));
        parts.background().start(NAME, context -> context.await(Duration.ofMinutes(1)));
        CountDownLatch told = new CountDownLatch(1);
        Fork<Boolean> inFlight = parts.work().fork(NAME, () -> awaitGoodbye(told));
        StructuredShutdown stage = new StructuredShutdown(parts);
        ShutdownResult result = stage.begin(new ShutdownReason.Signal(NAME)).join();
        int status = config.exitStatuses().of(result);
        assert inFlight.isDone() && status != config.exitStatuses().halted();
    }

    private static void load(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Work that waits to be told that the service drains. */
    private static boolean awaitGoodbye(CountDownLatch told) throws InterruptedException {
        RequestScope.current().orElseThrow().onDrain(told::countDown);
        told.await();
        return true;
    }

    private static void succeed() {}

    /** So that what describes failures is loaded too. */
    private static void fail() {
        throw new IllegalStateException(NAME);
    }

    /** An entrance that leads nowhere. */
    private record Backdrop() implements Entrance {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void refuse(Deadline deadline) {}
    }

    /** A log that is open for everything and keeps nothing. */
    private record Deaf() implements System.Logger {
        @Override
        public String getName() {
            return NAME;
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {}

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... arguments) {}
    }
}
