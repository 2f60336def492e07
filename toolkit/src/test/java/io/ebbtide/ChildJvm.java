package io.ebbtide;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that runs a {@code main} of the tests, is sent real signals, and ends with a real status. It is of the
 * {@link Variation} that {@link Battery} has chosen for the test.
 */
final class ChildJvm implements AutoCloseable {

    /** Signals at their defaults, whatever the caller's shell has done to them. */
    static final List<String> DEFAULT_SIGNALS = List.of("env", "--default-signal=INT,TERM,HUP");

    /** A child that hangs ends then, so that the test that reads its output fails instead of hanging too. */
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(60);

    private static volatile Variation variation = Variation.PLAIN;

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    /** What becomes of standard error. */
    enum Errors {
        /** It is read together with the output. */
        WITH_OUTPUT,
        /** It goes into a pipe that nobody reads. */
        UNREAD
    }

    /** What a child has done by its end. */
    record End(int status, Duration sinceSignal, List<String> lines, Variation variation) {}

    /** The children that follow are of this kind. */
    static void runIn(Variation next) {
        variation = next;
    }

    static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return with(List.of(), main, arguments);
    }

    /** The same in a JVM with options of its own, which win over the variation's. */
    static ChildJvm with(List<String> options, Class<?> main, String... arguments)
            throws IOException {
        return launch(DEFAULT_SIGNALS, options, Errors.WITH_OUTPUT, main.getName(), arguments);
    }

    /** Starts {@code main} behind {@code prefix}, such as {@code nohup}. */
    static ChildJvm run(List<String> prefix, Class<?> main, String... arguments)
            throws IOException {
        return launch(prefix, List.of(), Errors.WITH_OUTPUT, main.getName(), arguments);
    }

    /** Starts whatever can stand where {@code java} expects a class: its name, or a file of source. */
    static ChildJvm launch(
            List<String> prefix,
            List<String> options,
            Errors errors,
            String main,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(variation.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(variation.options());
        command.addAll(options);
        command.add(main);
        command.addAll(List.of(arguments));
        return new ChildJvm(
                new ProcessBuilder(command)
                        .redirectErrorStream(errors == Errors.WITH_OUTPUT)
                        .start());
    }

    private ChildJvm(Process process) {
        this.process = process;
        CompletableFuture.delayedExecutor(LONGEST_LIFE.toSeconds(), TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        this.output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Blocks until the child has printed a line that contains {@code text}. */
    ChildJvm awaitLine(String text) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return this;
            }
        }
        throw new AssertionError(
                "the child, "
                        + variation
                        + ", ended without the line '"
                        + text
                        + "'; it printed "
                        + lines);
    }

    /** {@return what {@link #awaitLine} has found} */
    String lastLine() {
        return lines.getLast();
    }

    /** Writes a line to the child's standard input. */
    ChildJvm say(String line) throws IOException {
        Writer input = process.outputWriter(StandardCharsets.UTF_8);
        input.write(line + "\n");
        input.flush();
        return this;
    }

    ChildJvm signal(String name) throws IOException, InterruptedException {
        run("kill", "-" + name, Long.toString(process.pid()));
        return this;
    }

    /**
     * Leaves the child so little address space that there is none for the stack of another thread, if stacks are large,
     * while memory can still be had.
     */
    ChildJvm takeAwayThreads(long bytesLeft) throws IOException, InterruptedException {
        long present =
                Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))
                        .stream()
                        .filter(line -> line.startsWith("VmSize:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                        .sum();
        run(
                "prlimit",
                "--pid",
                Long.toString(process.pid()),
                "--as=" + (present + bytesLeft) + ":"); // the soft one: it may be raised again
        return this;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + status);
        }
    }

    /** Sends a signal and waits for the end, which comes or the test fails by its own timeout. */
    End endBy(String signal) throws IOException, InterruptedException {
        long sent = System.nanoTime();
        signal(signal);
        return end(sent);
    }

    /** Waits for an end that comes without a signal. */
    End end() throws IOException, InterruptedException {
        return end(System.nanoTime());
    }

    private End end(long since) throws IOException, InterruptedException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
        }
        int status = process.waitFor();
        return new End(status, Duration.ofNanos(System.nanoTime() - since), lines, variation);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
