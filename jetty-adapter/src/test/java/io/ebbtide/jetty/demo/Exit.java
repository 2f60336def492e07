package io.ebbtide.jetty.demo;

import java.time.Duration;

/**
 * How a process ended.
 *
 * @param status its exit status
 * @param afterSignal from SIGTERM to the moment when the process was gone
 */
record Exit(int status, Duration afterSignal) {

    /** {@return the time from SIGTERM to gone, in milliseconds} */
    double millis() {
        return afterSignal.toNanos() / 1e6;
    }
}
