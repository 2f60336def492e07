package io.ebbtide.resource;

/** Something to be done while a service shuts down. May block and may throw; the shutdown bounds and reports both. */
@FunctionalInterface
public interface Action {

    /**
     * Does it, on a platform thread of the shutdown.
     *
     * @throws Exception recorded in the result; what follows is done all the same
     */
    void run() throws Exception;
}
