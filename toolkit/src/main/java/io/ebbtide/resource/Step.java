package io.ebbtide.resource;

import java.time.Duration;

/**
 * One bounded action of a shutdown.
 *
 * @param name how reports call it
 * @param timeout how long it may take before it is interrupted
 * @param action what it does
 */
public record Step(String name, Duration timeout, TimedAction action) {

    /** A step whose action does not care how long it may take. */
    public Step(String name, Duration timeout, Action action) {
        this(name, timeout, _ -> action.run());
    }
}
