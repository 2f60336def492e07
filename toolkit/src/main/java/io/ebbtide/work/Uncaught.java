package io.ebbtide.work;

/** What users' code throws where nobody waits for it: it goes where the JVM brings the exceptions of threads. */
final class Uncaught {

    private Uncaught() {}

    /** Runs {@code code}, whatever it throws. */
    static void run(Runnable code) {
        try {
            code.run();
        } catch (Throwable thrown) {
            tell(thrown);
        }
    }

    static void tell(Throwable thrown) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }
}
