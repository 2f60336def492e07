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

    /** A handler that throws itself is let be, as the JVM does when a thread ends. */
    static void tell(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable handlerFailed) {
            // There is nobody else to tell.
        }
    }
}
