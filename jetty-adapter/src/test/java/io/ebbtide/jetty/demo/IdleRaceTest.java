package io.ebbtide.jetty.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** That the race is run; how fast is told by the demo, on a machine that does nothing else. */
@Timeout(60)
class IdleRaceTest {

    @TempDir Path folder;

    @Test
    void stopsServersWhoseClientsAreAllIdle() throws Exception {
        try (RedisProcess redis = RealRedis.start(folder)) {
            IdleRace race = IdleRace.run(1, redis, folder);

            assertThat(race.graceful()).extracting(Exit::status).containsExactly(0);
            assertThat(race.rude()).hasSize(1);
            assertThat(race.resources()).singleElement().isNotEqualTo(0.0);
            assertThat(race.virtual().status()).isZero();
            assertThat(race.text().lines()).allMatch(line -> line.length() <= 100);
        }
    }
}
