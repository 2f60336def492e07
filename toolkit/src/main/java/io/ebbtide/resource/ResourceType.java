package io.ebbtide.resource;

/**
 * What kind of thing a resource is; decides when it closes unless its registration says otherwise.
 *
 * {@snippet file="io/ebbtide/examples/Example02ResourcesByPriority.java" region="main"}
 */
public enum ResourceType {
    /** What serves requests. Closes first, since the others are there for it. */
    SERVER(0),
    /** A client for services of others. */
    HTTP_CLIENT(50),
    /** A Redis client or pool. */
    REDIS(90),
    /** A database or its connection pool. */
    DATABASE(100),
    /** A file, a lock, a mapped region. */
    FILE_HANDLE(100),
    /** An executor that is not a {@link io.ebbtide.work.ShutdownAwareExecutor}. */
    EXECUTOR(100),
    /** Anything else. */
    CUSTOM(100);

    private final int priority;

    ResourceType(int priority) {
        this.priority = priority;
    }

    /** {@return the default priority; lower closes first, equal ones close side by side} */
    public int priority() {
        return priority;
    }
}
