package io.ebbtide.jetty.demo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server with clients that were all answered, keep their connections open and say nothing. */
final class IdleServer implements AutoCloseable {

    private final ChildProcess process;
    private @Nullable IdleClients clients;

    private IdleServer(ChildProcess process) {
        this.process = process;
    }

    /** Starts the server's process and returns at once. */
    static IdleServer start(Class<?> main, List<String> arguments, Path folder) throws IOException {
        return new IdleServer(ChildProcess.start(JavaCommand.of(main, arguments), folder, _ -> {}));
    }

    /** Waits until the server listens, and connects its clients. */
    void connect(int count, List<Call> calls) throws IOException, InterruptedException {
        clients = IdleClients.open(count, LocalJetty.awaitPort(process), calls);
    }

    /** Sends SIGTERM and waits until the process has gone. */
    Exit stop() throws InterruptedException, TimeoutException {
        return process.awaitExit(process.terminate());
    }

    /** {@return how long this step took, in milliseconds, according to the server's timeline} */
    double step(String name) {
        Pattern row = Pattern.compile("  " + Pattern.quote(name) + " +│.*│ +([0-9.]+) ms");
        return process.output().stream()
                .map(row::matcher)
                .filter(Matcher::lookingAt)
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    @Override
    public void close() throws IOException {
        process.close();
        IdleClients connected = clients;
        if (connected != null) {
            connected.close();
        }
    }
}
