package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

/** A service that answers requests until SIGTERM, and then closes what it has opened. */
public final class Example01FirstShutdown {

    private Example01FirstShutdown() {}

    // @start region="main"
    public static void main(String[] arguments) throws InterruptedException {
        StructuredShutdown shutdown = StructuredShutdown.open().handleSignals();
        shutdown.register("orders-db", ResourceType.DATABASE, () -> say("orders-db closed"));
        say(answer(shutdown, "GET /orders/42"));
        shutdown.await(); // until a signal comes; the process ends with the shutdown
    }

    static String answer(StructuredShutdown shutdown, String request) {
        return switch (shutdown.requests().enter(request)) {
            case Permit permit -> {
                try (permit) { // in flight until here
                    yield permit.call(() -> "200 order 42");
                }
            }
            case Refusal refusal -> "503 " + refusal;
        };
    }

    // @end

    private static void say(String line) {
        System.out.println(line);
    }
}
