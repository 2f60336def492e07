package io.ebbtide.report;

/** The phases of a shutdown, in their order. The names are what users know from logs and dashboards. */
public enum ShutdownPhase {
    /** The service runs; nobody has asked it to stop. */
    RUNNING,
    /** Readiness is off, hooks run, and the service serves on for the lame-duck delay. */
    INITIATED,
    /** Listeners are swept and closed; work from outside is refused. */
    STOPPING_NEW_REQUESTS,
    /** Work in flight is waited for until the drain deadline. */
    DRAINING_CONNECTIONS,
    /** Resources are closed in the order of their priority. */
    CLOSING_RESOURCES,
    /** Logs, metrics and traces are flushed. */
    FLUSHING_BUFFERS,
    /** Over, and all work ended by itself. */
    COMPLETED,
    /** Over, but work had to be forced. */
    FORCED;

    /** {@return whether the shutdown is over} */
    public boolean isFinal() {
        return this == COMPLETED || this == FORCED;
    }
}
