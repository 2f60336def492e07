package io.ebbtide;

import org.opentest4j.TestAbortedException;

import redis.clients.jedis.RedisClient;
import redis.embedded.core.ExecutableProvider;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Redis for tests: where it does not run they are skipped, loudly, and in CI they fail. */
record RealRedis(Process process, int port) implements AutoCloseable {

    private static final int ATTEMPTS = 3;

    /** A node of a cluster takes the port that is higher by 10,000 as well. */
    private static final int HIGHEST_PORT = 65_535 - 10_000;

    /** Starts one on a free port, with everything it needs in {@code folder}. */
    static RealRedis start(Path folder, String... options) throws IOException {
        try {
            Path binary = ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                RealRedis started = launch(binary, folder, freePort(), List.of(options));
                if (started.isReady()) {
                    return started;
                }
                started.close(); // somebody else was faster with the port
            }
            throw new IOException("it does not get ready");
        } catch (IOException | RuntimeException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            System.err.println("SKIPPED, because no Redis runs here: " + e.getMessage());
            throw new TestAbortedException("no Redis: " + e.getMessage(), e);
        }
    }

    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() <= HIGHEST_PORT) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    private static RealRedis launch(Path binary, Path folder, int port, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(binary.toString());
        command.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(List.of("--save", "", "--appendonly", "no"));
        command.addAll(options);
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        return new RealRedis(process, port);
    }

    private boolean isReady() throws IOException {
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("Ready to accept connections")) {
                return true;
            }
        }
        return false;
    }

    /** {@return a client whose reads have no timeout} */
    RedisClient client() {
        return client(port);
    }

    static RedisClient client(int port) {
        return RedisClient.create("127.0.0.1", port);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
