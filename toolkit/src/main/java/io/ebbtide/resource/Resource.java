package io.ebbtide.resource;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;

/**
 * Something that a service owns and that must be closed once no work uses it any more.
 *
 * <pre>{@code
 * Resource.of("orders-db", ResourceType.DATABASE, pool::close)
 *         .withPriority(110)
 *         .withTimeout(Duration.ofSeconds(10))
 * }</pre>
 *
 * @param name how reports call it, unique within a shutdown; not blank
 * @param type what kind of thing it is
 * @param priority lower closes first, equal ones close side by side
 * @param timeout how long closing it may take; {@code null} for the configured {@code resourceCloseTimeout}
 * @param close closes it; a method reference, as a rule
 */
public record Resource(
        String name, ResourceType type, int priority, @Nullable Duration timeout, Action close) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the name is blank or the timeout not positive
     */
    public Resource {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: a resource's name must not be blank");
        }
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(close, "close");
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeout of resource '"
                            + name
                            + "': "
                            + timeout
                            + "; allowed is more than zero");
        }
    }

    /** {@return a resource with the priority of its type and the configured timeout} */
    public static Resource of(String name, ResourceType type, Action close) {
        return new Resource(name, type, type.priority(), null, close);
    }

    /** {@return the same with another priority} */
    public Resource withPriority(int priority) {
        return new Resource(name, type, priority, timeout, close);
    }

    /** {@return the same with a timeout of its own} */
    public Resource withTimeout(Duration timeout) {
        return new Resource(name, type, priority, timeout, close);
    }
}
