package io.ebbtide;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs a {@code main} of the tests, is sent real signals, and ends with a real status. */
final class ChildJvm implements AutoCloseable {

    /** A child that hangs ends then, so that the test that reads its output fails instead of hanging too. */
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(40);

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    /** What a child has done by its end. */
    record End(int status, Duration sinceSignal, List<String> lines) {}

    /** Starts {@code main} with signals at their defaults, whatever the caller's shell has done to them. */
    static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return run(List.of("env", "--default-signal=INT,TERM,HUP"), main, arguments);
    }

    /** The same in a JVM with options of its own. */
    static ChildJvm with(List<String> options, Class<?> main, String... arguments)
            throws IOException {
        return run(
                List.of(
                        "env",
                        "--default-signal=INT,TERM,HUP",
                        "JDK_JAVA_OPTIONS=" + String.join(" ", options)),
                main,
                arguments);
    }

    /** Starts {@code main} behind {@code prefix}, such as {@code nohup}. */
    static ChildJvm run(List<String> prefix, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
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
                "the child ended without the line '" + text + "'; it printed " + lines);
    }

    /** {@return the line that has been waited for} */
    String lastLine() {
        return lines.getLast();
    }

    ChildJvm signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        return this;
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
        return new End(status, Duration.ofNanos(System.nanoTime() - since), lines);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
