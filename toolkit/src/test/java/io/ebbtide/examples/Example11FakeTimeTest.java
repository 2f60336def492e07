package io.ebbtide.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownReason.Requested;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Fork;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** A test of a service's own shutdown: ten seconds pass when the test says so, and take no time. */
@Timeout(30)
class Example11FakeTimeTest {

    // @start region="main"
    private final FakeTime time = new FakeTime();
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(ShutdownConfig.defaults().withLameDuck(Duration.ZERO), time);
    private final Shop shop = new Shop(shutdown); // the service, given its shutdown

    @Test
    void givesUpAReportThatTakesTooLongAndKeepsTheOrders() throws Exception {
        Fork<String> report = shop.beginReport();

        Future<ShutdownResult> future = shutdown.begin(new Requested("test"));
        shutdown.awaitPhase(ShutdownPhase.DRAINING_CONNECTIONS);
        time.advance(shutdown.config().drainTimeout());

        ShutdownResult result = future.get();
        assertThat(result.stragglers()).extracting(Straggler::name).containsExactly("report");
        assertThat(report.failure()).containsInstanceOf(InterruptedException.class);
        assertThat(shop.events()).containsExactly("report begins", "orders kept");
    }

    // @end

    /** What is tested. */
    private static final class Shop {

        private final StructuredShutdown shutdown;
        private final Queue<String> events = new ConcurrentLinkedQueue<>();

        Shop(StructuredShutdown shutdown) {
            this.shutdown = shutdown;
            shutdown.hooks().before("cluster", () -> {});
            shutdown.register("orders", ResourceType.DATABASE, () -> events.add("orders kept"));
        }

        /** Begins a report that would take for ever. */
        Fork<String> beginReport() throws InterruptedException {
            CountDownLatch begun = new CountDownLatch(1);
            Fork<String> report =
                    shutdown.requests()
                            .fork(
                                    "report",
                                    () -> {
                                        events.add("report begins");
                                        begun.countDown();
                                        new CountDownLatch(1).await();
                                        return "report";
                                    });
            begun.await();
            return report;
        }

        List<String> events() {
            return List.copyOf(events);
        }
    }
}
