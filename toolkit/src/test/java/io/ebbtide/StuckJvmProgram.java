package io.ebbtide;

import java.util.concurrent.CountDownLatch;

/** Brings its JVM to where nothing of Java runs any more, for {@link StuckJvmTest}. */
final class StuckJvmProgram {

    private static final int WARM_UP = 20_000;

    private StuckJvmProgram() {}

    /** Runs until a signal comes. */
    public static void main(String[] arguments) throws Exception {
        long warm = 0;
        for (int n = 0; n < WARM_UP; n++) {
            warm += divide(10, n + 2);
        }
        System.out.println("warm: " + warm);
        StructuredShutdown shutdown = ShortBudget.open();
        shutdown.hooks().before("stick", StuckJvmProgram::stick);
        shutdown.handleSignals();
        ShortBudget.ready();
    }

    /** The collector waits for the loop, and everybody waits for the collector. */
    private static void stick() throws InterruptedException {
        CountDownLatch looping = new CountDownLatch(1);
        Thread.ofPlatform()
                .daemon(true)
                .start(
                        () -> {
                            looping.countDown();
                            System.out.println(divide(Integer.MAX_VALUE, 3));
                        });
        looping.await();
        while (true) {
            System.gc();
        }
    }

    /** A counted loop of divisions that need each other: tens of seconds, and no poll for a safepoint in it. */
    private static long divide(int times, long by) {
        long value = Long.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            value = (value ^ i) / by + (Long.MAX_VALUE - value) % (by + (i & 1));
        }
        return value;
    }
}
