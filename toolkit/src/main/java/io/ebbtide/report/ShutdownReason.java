package io.ebbtide.report;

/** Why a shutdown began. */
public sealed interface ShutdownReason {

    /** {@return the reason in a few words, safe to log} */
    String describe();

    /**
     * A signal of the operating system.
     *
     * @param name without the prefix, such as {@code TERM}
     */
    record Signal(String name) implements ShutdownReason {
        @Override
        public String describe() {
            return "signal " + SafeText.of(name);
        }

        @Override
        public String toString() {
            return describe();
        }
    }

    /**
     * A call from the program.
     *
     * @param why in the caller's words
     */
    record Requested(String why) implements ShutdownReason {
        @Override
        public String describe() {
            return SafeText.of(why);
        }

        @Override
        public String toString() {
            return describe();
        }
    }

    /**
     * A background task has failed for good, and its policy says that the service should not go on without it.
     *
     * @param task what the task is called
     * @param cause what its last run threw
     */
    record TaskFailed(String task, Throwable cause) implements ShutdownReason {
        @Override
        public String describe() {
            return "background task '" + SafeText.of(task) + "' failed: " + SafeText.of(cause);
        }

        @Override
        public String toString() {
            return describe();
        }
    }

    /**
     * The JVM is ending: the program has called {@link System#exit}, its last thread has ended, or a signal has come that
     * only the JVM handles.
     *
     * @param caller the work or thread that has called {@code System.exit}; empty if nobody is seen to have
     */
    record JvmExit(String caller) implements ShutdownReason {
        @Override
        public String describe() {
            return caller.isEmpty()
                    ? "JVM exit"
                    : "JVM exit, called by '" + SafeText.of(caller) + "'";
        }

        @Override
        public String toString() {
            return describe();
        }
    }
}
