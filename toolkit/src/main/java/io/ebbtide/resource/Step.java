package io.ebbtide.resource;

import java.time.Duration;

/**
 * One bounded action of a shutdown.
 *
 * @param name how reports call it
 * @param timeout how long it may take before it is interrupted
 * @param action what it does
 */
public record Step(String name, Duration timeout, Action action) {}
