package io.ebbtide.jetty.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A process that this one started. Its output is passed on line by line, as it comes, and kept.
 * Closing this ends the process in whatever state it is, and waits until it is gone.
 */
final class ChildProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(40);

    private final Process process;
    private final Consumer<String> listener;
    private final Thread reader = Thread.ofPlatform().daemon().name("output").unstarted(this::read);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moreOutput = lock.newCondition();

    /** Guarded by lock, as is the next. */
    private final List<String> output = new ArrayList<>();

    private boolean outputEnded;

    private ChildProcess(Process process, Consumer<String> listener) {
        this.process = process;
        this.listener = listener;
    }

    /**
     * Starts a process whose output is UTF-8, and returns at once.
     *
     * @param folder where it works
     * @param listener called with each line of output, in order, on a thread of this process's own
     * @throws IOException if the command cannot be run
     */
    static ChildProcess start(List<String> command, Path folder, Consumer<String> listener)
            throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(/* redirectErrorStream= */ true)
                        .start();
        ChildProcess child = new ChildProcess(process, listener);
        child.reader.start();
        return child;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                keep(line);
                listener.accept(line);
            }
        } catch (IOException e) {
            listener.accept("(its output broke off: " + e + ")");
        } finally {
            end();
        }
    }

    private void keep(String line) {
        lock.lock();
        try {
            output.add(line);
            moreOutput.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            outputEnded = true;
            moreOutput.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the process says something that shows it is up; {@return the line with it}
     *
     * @throws IOException if it ended without that, or took too long; with its own words
     */
    String awaitLine(String content) throws IOException, InterruptedException {
        long nanos = START_LIMIT.toNanos();
        lock.lock();
        try {
            while (true) {
                Optional<String> line = output.stream().filter(l -> l.contains(content)).findAny();
                if (line.isPresent()) {
                    return line.get();
                }
                if (outputEnded || nanos <= 0) {
                    throw new IOException(whyThereIsNoSuchLine());
                }
                nanos = moreOutput.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    private String whyThereIsNoSuchLine() throws InterruptedException {
        String end =
                process.waitFor(outputEnded ? 1 : 0, TimeUnit.SECONDS)
                        ? "it ended with status " + process.exitValue()
                        : "it is not up after %d s".formatted(START_LIMIT.toSeconds());
        return end + "; it said: " + String.join(System.lineSeparator(), output);
    }

    /**
     * Sends SIGTERM; {@return the {@link System#nanoTime} right before}
     *
     * <p>Through the handle: {@link Process#destroy} would also close the pipe that the process's
     * last words come through.
     */
    long terminate() {
        long now = System.nanoTime();
        process.toHandle().destroy();
        return now;
    }

    /**
     * Waits until the process is gone and all of its output has been passed on.
     *
     * @param signalled what {@link #terminate} returned
     * @throws TimeoutException if it is still there when even a forced shutdown would be over
     */
    Exit awaitExit(long signalled) throws InterruptedException, TimeoutException {
        if (!process.waitFor(EXIT_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException("still running %s after SIGTERM".formatted(EXIT_LIMIT));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - signalled);
        reader.join(Duration.ofSeconds(5));
        return new Exit(process.exitValue(), took);
    }

    long pid() {
        return process.pid();
    }

    /** {@return the lines printed so far} */
    List<String> output() {
        lock.lock();
        try {
            return List.copyOf(output);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException _) {
                interrupted = true; // a killed process ends at once: worth the wait
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
