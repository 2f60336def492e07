package io.ebbtide.jetty;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A {@link LoadProgram} in a process of its own. */
final class LoadProcess implements AutoCloseable {

    /**
     * How it ended.
     *
     * @param output its last words
     * @param times how often it saw each request
     */
    record End(int status, Duration sinceSignal, String output, Map<String, Integer> times) {}

    private static final String PORT = "port ";

    private final Process process;
    private final BufferedReader output;
    private final Path times;
    private final int port;

    private LoadProcess(Process process, Path times) throws IOException {
        this.process = process;
        this.output = process.inputReader();
        this.times = times;
        this.port = readPort();
    }

    private int readPort() throws IOException {
        List<String> words = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(PORT)) {
                return Integer.parseInt(line.substring(PORT.length()));
            }
            words.add(line);
        }
        throw new IOException("the server did not start: " + words);
    }

    /**
     * Starts a server and returns when it listens.
     *
     * @param settings of the shutdown, as an operator gives them
     * @param folder where it keeps its files
     */
    static LoadProcess start(Setup setup, List<String> settings, Path folder)
            throws IOException, GeneralSecurityException {
        Path keys = folder.resolve("keys");
        Tls.store(keys);
        Path times = folder.resolve("times");
        Files.deleteIfExists(times);
        // With SIGTERM at its default, whatever the shell has done to it.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=TERM"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-XX:TieredStopAtLevel=1"); // it lives for seconds
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.add("-D" + Tls.KEYS_FILE + "=" + keys);
        settings.forEach(setting -> command.add("-Debbtide." + setting));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(LoadProgram.class.getName());
        command.addAll(List.of(setup.wire().name(), setup.pool().name(), times.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return new LoadProcess(process, times);
        } catch (IOException failed) {
            process.destroyForcibly();
            throw failed;
        }
    }

    int port() {
        return port;
    }

    /** Sends SIGTERM and waits until the process has gone. */
    End terminate() throws IOException, InterruptedException {
        long sent = System.nanoTime();
        process.toHandle().destroy();
        List<String> words = output.lines().toList();
        int status = process.waitFor();
        Duration took = Duration.ofNanos(System.nanoTime() - sent);
        Map<String, Integer> seen = new HashMap<>();
        if (Files.exists(times)) {
            for (String line : Files.readAllLines(times)) {
                int space = line.indexOf(' ');
                seen.put(line.substring(0, space), Integer.valueOf(line.substring(space + 1)));
            }
        }
        return new End(status, took, String.join("\n", words), seen);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
