package io.ebbtide;

import io.ebbtide.report.ShutdownReason;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A service that lacks something when it is stopped, for {@link ShortageTest}. */
final class ShortageProgram {

    private ShortageProgram() {}

    /** Runs until a signal comes, or does what the lines on standard input say. */
    public static void main(String[] arguments) throws Exception {
        StructuredShutdown shutdown = ShortBudget.open();
        shutdown.handleSignals();
        switch (arguments[0]) {
            case "threads" -> {
                shutdown.register(ShortBudget.first("bad", ShortBudget::deaf));
                shutdown.register("cache", ResourceType.REDIS, () -> print("cache closed"));
                shutdown.hooks().flush("metrics", () -> print("flushed"));
                startDaemon("worker-7", () -> request(shutdown));
                awaitRehearsal();
                ready();
                obey(shutdown);
            }
            case "processors" -> {
                for (int n = 1; n <= 50; n++) {
                    startDaemon("busy-" + n, ShortBudget::spin);
                }
                ready();
            }
            case "room in the pipe of standard error" -> {
                startDaemon("chatty", ShortageProgram::fillStandardError);
                ready();
            }
            case "classes" -> {
                awaitRehearsal();
                request(arguments[1], shutdown);
                ready();
                System.in.read();
                System.exit(7);
            }
            case "room on the disk of the log" -> ready();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        ShortBudget.NEVER.await();
    }

    private static void ready() {
        print("ready");
    }

    private static void print(String line) {
        System.out.println(line);
    }

    private static void startDaemon(String name, Runnable work) {
        Thread.ofPlatform().daemon(true).name(name).start(work);
    }

    private static void obey(StructuredShutdown shutdown) throws Exception {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (hasThreads(lines.readLine())) {
            print("there are threads");
        }
        print("no threads");
        switch (lines.readLine()) {
            case "exit" -> System.exit(7);
            case "shut down" -> {
                ShutdownReason reason = new ShutdownReason.Requested("as the test says");
                print("result: " + shutdown.shutdown(reason).status());
                System.exit(8);
            }
            case String other -> throw new IllegalArgumentException(other);
        }
    }

    /** A thread that there is stays: one that ended would give its stack back a little later, and there would be room again. */
    private static boolean hasThreads(String asked) {
        try {
            startDaemon(asked, ShortBudget::deaf);
            return true;
        } catch (OutOfMemoryError none) {
            return false;
        }
    }

    private static void request(StructuredShutdown shutdown) {
        try (Permit _ = (Permit) shutdown.requests().enter("GET /stuck")) {
            ShortBudget.deaf();
        }
    }

    private static void request(String how, StructuredShutdown shutdown) {
        switch (how) {
            case "clean", "exiting" -> {}
            case "failing" -> shutdown.register(ShortBudget.first("bad", ShortageProgram::fail));
            case "stuck" -> startDaemon("worker-7", () -> request(shutdown));
            case "hanging" -> shutdown.register(ShortBudget.first("bad", ShortBudget::deaf));
            case "never ending" ->
                    Runtime.getRuntime().addShutdownHook(new Thread(ShortBudget::deaf));
            default -> throw new IllegalArgumentException(how);
        }
    }

    private static void fail() {
        throw new IllegalStateException("cannot close");
    }

    private static void fillStandardError() {
        while (true) {
            System.err.println("nobody reads this");
        }
    }

    /** What plays at the start has threads of its own, and they end. */
    private static void awaitRehearsal() {
        while (Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .anyMatch(
                        name ->
                                name.startsWith("shutdown-")
                                        && !name.startsWith("shutdown-standby-")
                                        && !name.startsWith("shutdown-watchdog-"))) {
            Thread.onSpinWait();
        }
    }
}
