package io.ebbtide.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own that runs a program of the benchmarks on this one's class path. Closing kills it. */
final class JavaProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private JavaProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** Starts {@code main} as the README tells users to: native calls allowed, else the JVM's own settings; no lame-duck time. */
    static JavaProcess start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Debbtide.lame-duck=0s");
        command.add("-Dslf4j.internal.verbosity=ERROR"); // not that there is nobody who logs
        command.add("-classpath");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new JavaProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    /** Waits for the next line of output; {@return what follows {@code beginning} in it} */
    String after(String beginning) throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith(beginning)) {
            throw new IOException("the process said '" + line + "', not '" + beginning + "'");
        }
        return line.substring(beginning.length());
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Waits until the process has gone; {@return its status} */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** {@return the time on processors so far, all threads} */
    Duration cpuTime() {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("the system does not tell CPU time"));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
