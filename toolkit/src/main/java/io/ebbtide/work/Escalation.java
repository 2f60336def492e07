package io.ebbtide.work;

import java.util.Objects;
import java.util.function.BiConsumer;

/** What follows when a {@link BackgroundTask} has failed for good and is not about to be stopped anyway. */
public sealed interface Escalation {

    /**
     * What the task threw goes to its thread's uncaught exception handler, which by default prints it, and {@link
     * BackgroundTasks#status} says that it has failed. The other tasks go on.
     */
    record Report() implements Escalation {}

    /**
     * Somebody is called, once.
     *
     * <pre>{@code
     * new Escalation.Call((name, failed) -> shutdown.begin(new Requested("task " + name + " failed")))
     * }</pre>
     *
     * @param action gets the name of the task and how it failed; called by the task's thread, which is in flight until
     *     it returns, so it must not wait for the tasks to end; what it throws goes to the thread's uncaught exception
     *     handler
     */
    record Call(BiConsumer<String, TaskStatus.Failed> action) implements Escalation {
        public Call {
            Objects.requireNonNull(action, "action");
        }
    }
}
