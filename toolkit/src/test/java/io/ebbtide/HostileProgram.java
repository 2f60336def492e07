package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.work.Permit;
import io.ebbtide.work.TimeSource;

import java.io.File;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A service whose other parts do not care for its shutdown, for {@link HostileTest}. */
final class HostileProgram {

    private static final Object LOCK = new Object();

    private HostileProgram() {}

    /** Runs until a signal comes, or ends by itself; its arguments say how others behave. */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "a handler that fails" -> breakOnce();
            case "exit once another has exited" -> exitTwice();
            default -> behave(arguments, ShortBudget.open());
        }
    }

    private static void behave(String[] arguments, StructuredShutdown shutdown) throws Exception {
        shutdown.handleSignals();
        switch (arguments[0]) {
            case "clean" -> ShortBudget.ready();
            case "a hook that cannot be started" -> {
                Runtime.getRuntime().addShutdownHook(new Unstartable());
                ShortBudget.ready();
            }
            case "a virtual hook, and no carrier" -> {
                for (int n = Runtime.getRuntime().availableProcessors() + 2; n > 0; n--) {
                    Thread.startVirtualThread(ShortBudget::spin);
                }
                Runtime.getRuntime().addShutdownHook(Thread.ofVirtual().unstarted(() -> {}));
                ShortBudget.ready();
            }
            case "a hook that halts" -> {
                shutdown.hooks().before("rude", () -> Runtime.getRuntime().halt(9));
                ShortBudget.ready();
            }
            case "hooks of others" -> {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> System.out.println("other hook ran")));
                shutdown.hooks().after("late", () -> new File(arguments[1]).deleteOnExit());
                ShortBudget.ready();
            }
            case "hooks of others, and exit" -> {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> System.out.println("other hook ran")));
                shutdown.hooks().after("late", () -> new File(arguments[1]).deleteOnExit());
                System.exit(7);
            }
            case "handled twice" -> {
                shutdown.handleSignals();
                ShortBudget.ready();
            }
            case "a shutdown under a lock" -> {
                CountDownLatch signalled = new CountDownLatch(1);
                shutdown.register(ShortBudget.first("slow", () -> awaitLine(signalled)));
                synchronized (LOCK) {
                    shutdown.shutdown(new ShutdownReason.Requested("by main, which holds a lock"));
                    ShortBudget.NEVER.await();
                }
            }
            case "no memory for anybody" -> {
                System.out.println("ready");
                System.in.read();
                long[] tooMuch = new long[Integer.MAX_VALUE - 8];
                System.out.println("never reached " + tooMuch.length);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** The close ends when the parent says so. */
    private static void awaitLine(CountDownLatch signalled) throws Exception {
        System.out.println("closing");
        int read = System.in.read();
        signalled.countDown();
        System.out.println("closed after " + read);
    }

    /** A clock that fails when the first signal asks for it. */
    private static void breakOnce() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        TimeSource time = TimeSource.system();
        StructuredShutdown shutdown =
                StructuredShutdown.open(
                        ShortBudget.settings(ShutdownConfig.defaults()),
                        new TimeSource() {
                            @Override
                            public long nanos() {
                                if (broken.compareAndSet(true, false)) {
                                    throw new IllegalStateException("no clock");
                                }
                                return time.nanos();
                            }

                            @Override
                            public void parkUntil(Object blocker, long instant) {
                                time.parkUntil(blocker, instant);
                            }

                            @Override
                            public void unpark(Thread thread) {
                                time.unpark(thread);
                            }
                        });
        shutdown.register(ShortBudget.first("db", () -> System.out.println("db closed")));
        shutdown.handleSignals();
        broken.set(true);
        ShortBudget.ready();
    }

    /** The second one calls while the first one's JVM ends. */
    private static void exitTwice() throws Exception {
        StructuredShutdown shutdown = ShortBudget.open();
        CountDownLatch begun = new CountDownLatch(1);
        shutdown.listen(new ShutdownListener() {});
        shutdown.hooks().before("begun", begun::countDown);
        shutdown.handleSignals();
        Thread.ofPlatform()
                .start(
                        () -> {
                            try (Permit permit = (Permit) shutdown.requests().enter("GET /exit")) {
                                permit.run(() -> exitAfter(begun, 22));
                            }
                        });
        System.exit(11);
    }

    private static void exitAfter(CountDownLatch begun, int status) {
        try {
            begun.await();
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
        System.exit(status);
    }

    /** Seen in the wild: a thread class that somebody has broken. */
    private static final class Unstartable extends Thread {
        @Override
        public void start() {
            throw new NoClassDefFoundError("somebody's");
        }
    }
}
