package io.ebbtide.resource;

import io.ebbtide.work.Deadline;

/** An {@link Action} that is told how long it may take, so that it can be polite first and rough in time. */
@FunctionalInterface
public interface TimedAction {

    /**
     * Does it, on a platform thread of the shutdown.
     *
     * @param deadline when the thread is interrupted
     * @throws Exception recorded in the result; what follows is done all the same
     */
    void run(Deadline deadline) throws Exception;
}
