package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A service in one method, for {@link ExitTest}: ends in the way that its argument says. */
final class ExitProgram {

    private static final Object LOCK = new Object();
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private ExitProgram() {}

    public static void main(String[] arguments) throws Exception {
        StructuredShutdown shutdown =
                StructuredShutdown.open(
                        c ->
                                c.withGracefulTimeout(Duration.ofSeconds(20))
                                        .withLameDuck(Duration.ZERO)
                                        .withDrainTimeout(Duration.ofSeconds(15))
                                        .withFlushReserve(Duration.ofMillis(200)));
        shutdown.register("db", ResourceType.DATABASE, () -> System.out.println("db closed"));
        if (arguments[0].equals("earlier handler")) {
            installHandler();
        }
        shutdown.handleSignals();
        behave(arguments[0], shutdown);
    }

    private static void behave(String how, StructuredShutdown shutdown) throws Exception {
        switch (how) {
            case "exit in a request" ->
                    Thread.ofPlatform().start(() -> exitInRequest(shutdown)).join();
            case "exit in a fork" -> {
                shutdown.requests().fork("GET /exit", ExitProgram::exit);
                NEVER.await();
            }
            case "exit in two requests" -> {
                CountDownLatch draining = new CountDownLatch(1);
                shutdown.listen(new Drain(draining));
                shutdown.requests()
                        .fork(
                                "GET /late",
                                () -> {
                                    draining.await();
                                    return exit();
                                });
                exitInRequest(shutdown);
            }
            case "exit in a close" ->
                    ready(shutdown.register("bad", ResourceType.SERVER, ExitProgram::exit));
            case "exit in a hook" -> {
                shutdown.hooks().before("bad", ExitProgram::exit);
                ready(shutdown);
            }
            case "exit under a lock" -> {
                shutdown.register(
                        Resource.of("locked", ResourceType.SERVER, ExitProgram::takeLock)
                                .withTimeout(Duration.ofMillis(200)));
                synchronized (LOCK) {
                    System.exit(7);
                }
            }
            case "exit when interrupted" -> {
                Thread.currentThread().interrupt();
                System.exit(7);
            }
            case "end of main" -> System.out.println("main ends");
            case "uncaught in main" -> throw new IllegalStateException("uncaught");
            case "main ends meanwhile" -> {
                CountDownLatch begun = new CountDownLatch(1);
                CountDownLatch over = new CountDownLatch(1);
                shutdown.hooks().before("begun", begun::countDown);
                Permit work = (Permit) shutdown.requests().enter("GET /work");
                Thread main = Thread.currentThread();
                Thread.ofPlatform()
                        .daemon(true)
                        .start(
                                () -> {
                                    joinUninterruptibly(main);
                                    work.close();
                                    over.countDown();
                                });
                System.out.println("ready");
                begun.await();
            }
            case "restored" -> ready(shutdown.restoreSignals());
            case "earlier handler", "hook only" -> ready(shutdown);
            case "blocked log" -> {
                shutdown.listen(new Blocked());
                System.setErr(new PrintStream(new BlockedStream()));
                ready(shutdown);
            }
            default -> throw new IllegalArgumentException(how);
        }
    }

    private static void ready(StructuredShutdown shutdown) throws InterruptedException {
        System.out.println("ready, shutting down: " + shutdown.isShuttingDown());
        NEVER.await();
    }

    private static Boolean exit() {
        System.exit(7);
        return true;
    }

    private static void exitInRequest(StructuredShutdown shutdown) {
        try (Permit permit = (Permit) shutdown.requests().enter("GET /exit")) {
            permit.run(ExitProgram::exit);
        }
    }

    private static void takeLock() {
        synchronized (LOCK) {
            System.out.println("never reached");
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
    }

    /** As a library would that wants to know of SIGTERM as well. */
    private static void installHandler() throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.SignalHandler");
        Class<?> signal = Class.forName("sun.misc.Signal");
        Object handler =
                Proxy.newProxyInstance(
                        ExitProgram.class.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, _) -> {
                            if (method.getName().equals("handle")) {
                                System.out.println("earlier handler called");
                            }
                            return method.getName().equals("equals") ? false : 0;
                        });
        signal.getMethod("handle", signal, type)
                .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), handler);
    }

    /** Tells when the service drains. */
    private record Drain(CountDownLatch draining) implements ShutdownListener {
        @Override
        public void phaseBegan(ShutdownProgress progress) {
            if (progress.phase() == ShutdownPhase.DRAINING_CONNECTIONS) {
                draining.countDown();
            }
        }
    }

    /** A log whose disk is full. */
    private record Blocked() implements ShutdownListener {
        @Override
        public void phaseBegan(ShutdownProgress progress) {
            block();
        }
    }

    private static void block() {
        while (NEVER.getCount() > 0) {
            try {
                NEVER.await();
            } catch (InterruptedException deaf) {
                // That is what is tested.
            }
        }
    }

    private static final class BlockedStream extends OutputStream {
        @Override
        public void write(int b) {
            block();
        }
    }
}
