package io.ebbtide;

import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A service in one method, for {@link SignalTest}: behaves as its first argument says. */
final class SignalProgram {

    private SignalProgram() {}

    public static void main(String[] arguments) throws Exception {
        StructuredShutdown shutdown =
                StructuredShutdown.open(
                        c ->
                                c.withGracefulTimeout(Duration.ofSeconds(3))
                                        .withLameDuck(Duration.ZERO)
                                        .withDrainTimeout(Duration.ofMillis(500))
                                        .withInterruptGrace(Duration.ofMillis(100))
                                        .withFlushReserve(Duration.ofMillis(200)));
        CountDownLatch never = new CountDownLatch(1);
        switch (arguments[0]) {
            case "clean" ->
                    shutdown.register(
                            "db", ResourceType.DATABASE, () -> System.out.println("db closed"));
            case "called off once" -> {
                shutdown.register(
                        "db", ResourceType.DATABASE, () -> System.out.println("db closed"));
                AtomicBoolean once = new AtomicBoolean();
                shutdown.hooks()
                        .before(
                                "change of mind",
                                () -> {
                                    if (once.compareAndSet(false, true)) {
                                        System.out.println("called off: " + shutdown.resume());
                                    }
                                });
            }
            case "failing" ->
                    shutdown.register(
                            "db",
                            ResourceType.DATABASE,
                            () -> {
                                throw new IllegalStateException("cannot close");
                            });
            case "stuck" ->
                    Thread.ofPlatform()
                            .daemon(true)
                            .name("worker-7")
                            .start(
                                    () -> {
                                        try (Permit _ =
                                                (Permit) shutdown.requests().enter("GET /stuck")) {
                                            deaf(never);
                                        }
                                    });
            case "spinning" ->
                    shutdown.requests()
                            .fork(
                                    "GET /spin",
                                    () -> {
                                        while (never.getCount() > 0) {
                                            Thread.onSpinWait();
                                        }
                                        return null;
                                    });
            case "pinned" -> {
                Pinned.until = never;
                shutdown.requests().fork("GET /pinned", Pinned::new);
            }
            case "blocked standard error" ->
                    shutdown.hooks()
                            .before(
                                    "standard error blocks from here on",
                                    () -> System.setErr(new BlockedStream(never)));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        shutdown.handleSignals();
        if (arguments.length > 1) {
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> deaf(never))); // somebody else's hook, stuck for ever
        }
        System.out.println("ready");
        never.await();
    }

    private static void deaf(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException again) {
                System.out.println("deaf to an interrupt");
            }
        }
    }

    /** Keeps its carrier for ever: a thread that initializes a class cannot be unmounted. */
    private static final class Pinned {

        private static CountDownLatch until = new CountDownLatch(1);

        Pinned() {
            Initialized.touch();
        }

        private static final class Initialized {
            static {
                deaf(until);
            }

            static void touch() {}
        }
    }

    private static final class BlockedStream extends java.io.PrintStream {
        BlockedStream(CountDownLatch never) {
            super(
                    new java.io.OutputStream() {
                        @Override
                        public void write(int b) {
                            deaf(never);
                        }
                    });
        }
    }
}
