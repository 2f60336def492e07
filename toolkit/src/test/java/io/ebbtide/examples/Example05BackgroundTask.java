package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.RestartPolicy;
import io.ebbtide.work.TaskContext;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A task beside the requests: started again when it fails, told to stop when the service does. */
public final class Example05BackgroundTask {

    private static final AtomicInteger RUNS = new AtomicInteger();

    private Example05BackgroundTask() {}

    // @start region="main"
    public static void main(String[] arguments) throws InterruptedException {
        StructuredShutdown shutdown = StructuredShutdown.open().handleSignals();
        shutdown.backgroundTasks()
                .start(
                        "ship orders",
                        Example05BackgroundTask::shipOrders,
                        RestartPolicy.onFailure() // with pauses that grow
                                .withLimit(5, Duration.ofMinutes(1))
                                .withEscalation(shutdown.shutdownOnFailure()));
        shutdown.await();
    }

    static void shipOrders(TaskContext context) throws Exception {
        connect();
        while (!context.await(Duration.ofSeconds(1))) { // ends early, and true, when it is to stop
            shipWhatIsReady();
        }
        System.out.println("stopped between two orders");
    }

    // @end

    /** Fails the first time. */
    private static void connect() throws IOException {
        if (RUNS.incrementAndGet() == 1) {
            System.out.println("no connection");
            throw new IOException("no connection");
        }
        System.out.println("connected");
    }

    private static void shipWhatIsReady() {
        System.out.println("shipped");
    }
}
