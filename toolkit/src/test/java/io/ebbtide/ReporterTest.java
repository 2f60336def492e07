package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownListener;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

@Timeout(30)
class ReporterTest {

    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    @Test
    void tellsTheEndAlthoughTheBudgetIsUsedUp() {
        Reporter reporter =
                new Reporter(
                        List.of(new ShutdownListener() {}), new Standby(), Duration.ofSeconds(20));
        reporter.start();
        reporter.tell(_ -> told.add("drain"));

        boolean all = reporter.finish(_ -> told.add("end"), Duration.ZERO);

        assertThat(all).isTrue();
        assertThat(told).containsExactly("drain", "end");
    }
}
