package io.ebbtide.examples;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.Lease;
import io.ebbtide.resource.ResourceType;

import java.util.concurrent.CountDownLatch;

/** A thread that nobody waits for leases what it uses, so that it is not closed meanwhile. */
public final class Example09Lease {

    private Example09Lease() {}

    // @start region="main"
    public static void main(String[] arguments) throws InterruptedException {
        AutoCloseable index = () -> System.out.println("index closed");
        CountDownLatch leased = new CountDownLatch(1);
        try (StructuredShutdown shutdown = StructuredShutdown.open()) {
            shutdown.register("index", ResourceType.CUSTOM, index);
            Thread.ofPlatform()
                    .start(
                            () -> {
                                try (Lease _ = shutdown.lease(index)) {
                                    leased.countDown();
                                    System.out.println("index used");
                                }
                            });
            leased.await();
        }
    }

    // @end
}
