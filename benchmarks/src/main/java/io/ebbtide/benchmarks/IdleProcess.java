package io.ebbtide.benchmarks;

import io.ebbtide.StructuredShutdown;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process with nothing to do, for {@link ExitBenchmark}. */
final class IdleProcess {

    /** What it says when it has been at rest for a second. */
    static final String AT_REST = "at rest";

    private IdleProcess() {}

    public static void main(String[] args)
            throws InterruptedException, ReflectiveOperationException {
        switch (ExitBenchmark.Handler.valueOf(args[0])) {
            case JUST_EXITS -> exitOnSigterm();
            case OURS -> {
                StructuredShutdown _ = StructuredShutdown.open().handleSignals();
            }
            case OF_THE_JVM ->
                    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {}));
        }
        CountDownLatch never = new CountDownLatch(1);
        boolean _ = never.await(1, TimeUnit.SECONDS);
        System.out.println(AT_REST);
        never.await();
    }

    /** By reflection, since the compiler warns of these classes and cannot be told not to. */
    private static void exitOnSigterm() throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object exits =
                Proxy.newProxyInstance(
                        handler.getClassLoader(),
                        new Class<?>[] {handler},
                        (_, _, _) -> {
                            System.exit(0);
                            return null;
                        });
        Object term = signal.getConstructor(String.class).newInstance("TERM");
        Object _ = signal.getMethod("handle", signal, handler).invoke(null, term, exits);
    }
}
