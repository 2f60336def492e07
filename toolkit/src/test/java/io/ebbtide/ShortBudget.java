package io.ebbtide;

import io.ebbtide.resource.Action;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** What the programs of the battery have in common: settings that end soon, and a resource whose close can be seen. */
final class ShortBudget {

    /** The whole. */
    static final Duration BUDGET = Duration.ofSeconds(3);

    /** Budget, 250 ms to the result, 500 ms to the end, and room for a machine that does something else as well. */
    static final Duration BOUND = BUDGET.plusMillis(250 + 500 + 1_500);

    /** Nobody counts it down. */
    static final CountDownLatch NEVER = new CountDownLatch(1);

    private ShortBudget() {}

    static ShutdownConfig settings(ShutdownConfig config) {
        return config.withGracefulTimeout(BUDGET)
                .withLameDuck(Duration.ZERO)
                .withDrainTimeout(Duration.ofMillis(500))
                .withInterruptGrace(Duration.ofMillis(100))
                .withResourceCloseTimeout(Duration.ofMillis(500))
                .withFlushReserve(Duration.ofMillis(200));
    }

    static StructuredShutdown open() {
        return open(UnaryOperator.identity());
    }

    static StructuredShutdown open(UnaryOperator<ShutdownConfig> change) {
        return StructuredShutdown.open(c -> change.apply(settings(c)))
                .register("db", ResourceType.DATABASE, () -> System.out.println("db closed"));
    }

    /** A resource that closes before the database. */
    static Resource first(String name, Action close) {
        return Resource.of(name, ResourceType.SERVER, close);
    }

    static void ready() throws InterruptedException {
        System.out.println("ready");
        NEVER.await();
    }

    /** Waits without end, whoever interrupts. */
    static void deaf() {
        while (NEVER.getCount() > 0) {
            try {
                NEVER.await();
            } catch (InterruptedException again) {
                System.out.println("deaf to an interrupt");
            }
        }
    }

    /** Needs a processor without end. */
    static void spin() {
        while (NEVER.getCount() > 0) {
            Thread.onSpinWait();
        }
    }
}
