package io.ebbtide.jetty.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** The demonstration as a test: the same run, the same account. */
@Timeout(120)
class DemoTest {

    @TempDir Path folder;

    @Test
    void losesNobodyWhenAServiceUnderLoadGetsSigterm() throws Exception {
        try (RedisProcess redis = RealRedis.start(folder)) {
            DemoRun run = DemoRun.play(redis, folder, new Narrator(System.out));

            assertThat(run.account().failures()).as(run.text()).isEmpty();
            assertThat(String.join("\n", run.output()))
                    .as("live progress and the timeline")
                    .contains("draining: ", "CLOSING_RESOURCES", "database", "SUCCESSFUL");
        }
    }
}
