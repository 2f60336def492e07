package io.ebbtide.examples;

import io.ebbtide.ExitStatuses;
import io.ebbtide.ExitStatuses.AfterSignal;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;

/** What a process says of its end: here 143 if all went well after SIGTERM, 1 if something failed. */
public final class Example10SignalsAndExitStatuses {

    private Example10SignalsAndExitStatuses() {}

    // @start region="main"
    public static void main(String[] arguments) throws InterruptedException {
        ExitStatuses statuses = ExitStatuses.defaults().withAfterSignal(AfterSignal.SIGNAL_NUMBER);
        StructuredShutdown shutdown =
                StructuredShutdown.open(c -> c.withExitStatuses(statuses)).handleSignals();
        shutdown.register("disk", ResourceType.FILE_HANDLE, () -> write(arguments));
        System.out.println("ready");
        shutdown.await();
    }

    // @end

    /** Fails if told to. */
    private static void write(String[] arguments) {
        if (arguments.length > 0) {
            throw new IllegalStateException(arguments[0]);
        }
        System.out.println("written");
    }
}
