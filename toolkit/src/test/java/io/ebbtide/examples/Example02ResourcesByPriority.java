package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;

import java.time.Duration;

/** Resources close by priority: lower first, equal ones side by side. */
public final class Example02ResourcesByPriority {

    private Example02ResourcesByPriority() {}

    // @start region="main"
    public static void main(String[] arguments) {
        try (StructuredShutdown shutdown = StructuredShutdown.open()) {
            shutdown.register("orders-db", ResourceType.DATABASE, () -> say("orders-db"))
                    .register("cache", ResourceType.REDIS, () -> say("cache"))
                    .register("payments", ResourceType.HTTP_CLIENT, () -> say("payments"))
                    .register(
                            Resource.of("ledger", ResourceType.FILE_HANDLE, () -> say("ledger"))
                                    .withPriority(110) // after the database
                                    .withTimeout(Duration.ofSeconds(2)));
        }
    }

    // @end

    private static void say(String closed) {
        System.out.println(closed + " closed");
    }
}
