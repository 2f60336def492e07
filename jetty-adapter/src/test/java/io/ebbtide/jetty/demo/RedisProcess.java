package io.ebbtide.jetty.demo;

import redis.embedded.core.ExecutableProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real Redis in a process of its own, on a free port of the loopback address. All that it needs
 * and writes is in a folder given to it. Closing it ends the process.
 */
record RedisProcess(ChildProcess process, int port) implements AutoCloseable {

    private static final int ATTEMPTS = 3;
    private static final String READY = "Ready to accept connections";

    /**
     * Starts Redis and waits until it takes connections.
     *
     * @param folder where its binary is unpacked and where it works; made if it is not there
     * @throws IOException with Redis' own words if it does not run on this machine
     */
    static RedisProcess start(Path folder) throws IOException, InterruptedException {
        Path binary = unpack(Files.createDirectories(folder));
        for (int attempt = 1; ; attempt++) {
            RedisProcess redis = launch(binary, freePort(), folder);
            try {
                redis.process.awaitLine(READY);
                return redis;
            } catch (IOException e) {
                redis.close();
                if (attempt == ATTEMPTS) {
                    throw new IOException("Redis does not start: " + e.getMessage(), e);
                }
            } catch (InterruptedException e) {
                redis.close();
                throw e;
            }
        }
    }

    private static Path unpack(Path folder) throws IOException {
        try {
            return ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
        } catch (RuntimeException e) {
            throw new IOException("no Redis binary for this machine: " + e.getMessage(), e);
        }
    }

    /**
     * Another process may take the port before Redis does: Redis then ends, and we try the next.
     */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static RedisProcess launch(Path binary, int port, Path folder) throws IOException {
        List<String> command =
                List.of(
                        binary.toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--save",
                        "",
                        "--appendonly",
                        "no");
        return new RedisProcess(ChildProcess.start(command, folder, _ -> {}), port);
    }

    @Override
    public void close() {
        process.close();
    }
}
