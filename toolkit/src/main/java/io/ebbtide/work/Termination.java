package io.ebbtide.work;

/** Waiting for the end of what runs in a scope. */
final class Termination {

    private Termination() {}

    /**
     * Refuses to let work wait for the end of the scope that it is in.
     *
     * @throws IllegalStateException if the calling code is work of {@code scope}
     */
    static void ensureOutside(Scope scope) {
        Permit current = Permit.current();
        if (current != null && !current.isEnded() && scope.encloses(current)) {
            throw new IllegalStateException(
                    "'"
                            + current.name()
                            + "' is work of scope "
                            + scope.path()
                            + " and would wait for itself");
        }
    }

    /** Waits for the end. An interrupt cancels the scope; it does not end the waiting, and the flag is set afterwards. */
    static void await(Scope scope) {
        boolean interrupted = false;
        while (!isReached(scope)) {
            if (!interrupted) {
                scope.cancel();
            }
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether the end has come; not if the waiting was interrupted} */
    private static boolean isReached(Scope scope) {
        try {
            return scope.life().awaitTermination(Deadline.never(scope.time()));
        } catch (InterruptedException hurry) {
            return false;
        }
    }
}
