package io.ebbtide;

import io.ebbtide.resource.ResourceType;

import java.util.concurrent.CountDownLatch;

/** A service that is still starting, for {@link StartTest}. */
final class StartProgram {

    private StartProgram() {}

    /** Starts; its argument says what comes in between. */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "nothing is handled yet" -> ShortBudget.ready();
            case "half of it is there" -> startHalf();
            case "exit" -> exitHalfway();
            case "failure" -> failHalfway();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** The second half comes when the shutdown has begun: whose turn is still to come it may register. */
    private static void startHalf() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch registered = new CountDownLatch(1);
        StructuredShutdown shutdown = ShortBudget.open();
        shutdown.hooks()
                .before(
                        "begun",
                        () -> {
                            begun.countDown();
                            registered.await();
                        });
        shutdown.handleSignals();
        System.out.println("ready");
        begun.await();
        shutdown.register(ShortBudget.first("server", () -> System.out.println("server closed")));
        System.out.println("server registered, shutting down: " + shutdown.isShuttingDown());
        shutdown.register("cache", ResourceType.REDIS, () -> System.out.println("cache closed"));
        registered.countDown();
        ShortBudget.NEVER.await();
    }

    private static void exitHalfway() {
        try (StandaloneShutdown shutdown = StandaloneShutdown.open()) {
            shutdown.registerDatabase(() -> System.out.println("db closed"));
            System.exit(191);
        }
    }

    private static void failHalfway() {
        try (StandaloneShutdown shutdown = StandaloneShutdown.open()) {
            shutdown.registerDatabase(() -> System.out.println("db closed"));
            if (shutdown.structured().progress().errors() == 0) {
                throw new IllegalStateException("no Redis");
            }
            shutdown.registerRedis(() -> System.out.println("redis closed"));
        }
    }
}
