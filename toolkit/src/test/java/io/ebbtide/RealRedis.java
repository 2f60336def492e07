package io.ebbtide;

import org.opentest4j.TestAbortedException;

import redis.clients.jedis.RedisClient;
import redis.embedded.core.ExecutableProvider;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

/** A Redis for tests: where it does not run they are skipped, loudly, and in CI they fail. */
record RealRedis(Process process, int port) implements AutoCloseable {

    private static final int ATTEMPTS = 3;

    /** Starts one on a free port, with everything it needs in {@code folder}. */
    static RealRedis start(Path folder) throws IOException {
        try {
            Path binary = ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                RealRedis started = launch(binary, folder, freePort());
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
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static RealRedis launch(Path binary, Path folder, int port) throws IOException {
        Process process =
                new ProcessBuilder(
                                binary.toString(),
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--save",
                                "",
                                "--appendonly",
                                "no")
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
