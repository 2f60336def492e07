package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;

/** Actions at the beginning, after the resources, and at the very end. */
public final class Example08HooksAndFlush {

    private Example08HooksAndFlush() {}

    // @start region="main"
    public static void main(String[] arguments) {
        try (StructuredShutdown shutdown = StructuredShutdown.open()) {
            shutdown.hooks()
                    .before("cluster", () -> System.out.println("left the cluster"))
                    .flush("metrics", () -> System.out.println("metrics flushed"))
                    .after("bye", () -> System.out.println("bye"));
            shutdown.register("db", ResourceType.DATABASE, () -> System.out.println("db closed"));
        }
    }

    // @end
}
