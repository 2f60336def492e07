package io.ebbtide;

/** Ends the process. The only file that names {@link System#exit} and {@link Runtime#halt}. */
final class ProcessExit {

    private ProcessExit() {}

    /** Ends the process in the orderly way: JVM shutdown hooks run. Does not return. */
    static void exit(int status) {
        System.exit(status);
    }

    /** Ends the process at once: no hooks. Does not return. */
    static void halt(int status) {
        Runtime.getRuntime().halt(status);
    }
}
