package io.ebbtide.resource;

import io.ebbtide.work.Permit;

/**
 * The right to use a resource for a while. The close of the resource waits for the lease, for three quarters of its time;
 * then it closes all the same, and the result says who had it.
 *
 * {@snippet file="io/ebbtide/examples/Example09Lease.java" region="main"}
 *
 * <p>Thread-safe. Closing it a second time does nothing.
 */
public final class Lease implements AutoCloseable {

    private final Permit permit;
    private final String resource;

    Lease(Permit permit, String resource) {
        this.permit = permit;
        this.resource = resource;
    }

    /** {@return the name of what is leased} */
    public String resource() {
        return resource;
    }

    /** {@return who has it: the name of the request, task or fork, or of the thread} */
    public String holder() {
        return permit.name();
    }

    /** Gives it back. Any thread may. */
    @Override
    public void close() {
        permit.close();
    }

    @Override
    public String toString() {
        return "Lease[" + resource + " to " + holder() + "]";
    }
}
