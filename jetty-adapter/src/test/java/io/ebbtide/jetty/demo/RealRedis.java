package io.ebbtide.jetty.demo;

import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.nio.file.Path;

/** Redis for tests: where it does not run they are skipped, loudly, and in CI they fail. */
final class RealRedis {

    private RealRedis() {}

    static RedisProcess start(Path folder) throws IOException, InterruptedException {
        try {
            return RedisProcess.start(folder.resolve("redis"));
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            System.err.println("SKIPPED, because there is no real Redis here: " + e.getMessage());
            throw new TestAbortedException("no real Redis: " + e.getMessage(), e);
        }
    }
}
