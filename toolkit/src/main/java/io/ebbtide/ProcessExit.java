package io.ebbtide;

import io.ebbtide.report.ShutdownResult;

/** Ends the process. The only file that names {@link System#exit} and {@link Runtime#halt}. */
final class ProcessExit {

    /** Something in here is broken. */
    static final int DEFECT = 70;

    private ProcessExit() {}

    /** {@return the exit status that tells the truth about {@code result}} */
    static int status(ShutdownResult result) {
        return switch (result.status()) {
            case SUCCESSFUL -> 0;
            case WITH_ERRORS -> 1;
            case FORCED -> 2;
        };
    }

    /** Ends the process in the orderly way: JVM shutdown hooks run. Does not return. */
    static void exit(int status) {
        System.exit(status);
    }

    /** Ends the process at once: no hooks. Does not return. */
    static void halt(int status) {
        Runtime.getRuntime().halt(status);
    }
}
