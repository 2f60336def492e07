package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A resource with a close action of its own, and one for the case that the close hangs. */
public final class Example03CustomResource {

    private Example03CustomResource() {}

    // @start region="main"
    public static void main(String[] arguments) {
        Index index = new Index();
        try (StructuredShutdown shutdown = StructuredShutdown.open()) {
            shutdown.register(
                    Resource.of("index", ResourceType.CUSTOM, index::commitAndClose)
                            .withTimeout(Duration.ofMillis(200))
                            .withForce(index::abort));
        }
    }

    // @end

    /** An index whose commit does not come to an end. */
    private static final class Index {

        private final CountDownLatch aborted = new CountDownLatch(1);

        void commitAndClose() {
            while (aborted.getCount() > 0) {
                try {
                    aborted.await();
                } catch (InterruptedException e) {
                    System.out.println("does not listen to interrupts");
                }
            }
        }

        void abort() {
            System.out.println("aborted");
            aborted.countDown();
        }
    }
}
