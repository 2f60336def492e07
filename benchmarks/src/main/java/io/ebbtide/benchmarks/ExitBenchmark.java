package io.ebbtide.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * How long does a process with nothing to do take from SIGTERM until it has gone, and how long if its handler just exits?
 *
 * <p>A real process each time, which has been at rest for a second. Read the medians of many.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 25)
public class ExitBenchmark {

    /** What handles the signal. */
    public enum Handler {
        /** {@code System.exit}. */
        JUST_EXITS,
        /** A shutdown of ours, with its report. */
        OURS,
        /** The JVM itself, with a shutdown hook that does nothing. */
        OF_THE_JVM
    }

    @Param public Handler handler;

    private Process process;

    @Setup(Level.Invocation)
    public void start() throws IOException {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-classpath",
                                System.getProperty("java.class.path"),
                                IdleProcess.class.getName(),
                                handler.name())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader lines = process.inputReader();
        if (!IdleProcess.AT_REST.equals(lines.readLine())) {
            throw new IllegalStateException("the process did not start");
        }
    }

    @Benchmark
    public int termUntilGone() throws InterruptedException {
        process.destroy();
        int status = process.waitFor();
        if (handler != Handler.OF_THE_JVM && status != 0) {
            throw new IllegalStateException(handler + ": the process ended with " + status);
        }
        return status;
    }
}
