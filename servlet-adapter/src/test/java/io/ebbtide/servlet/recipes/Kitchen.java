package io.ebbtide.servlet.recipes;

import io.ebbtide.work.RequestScope;

import java.util.concurrent.CountDownLatch;

/** Slow work for the recipes: it ends when the service drains. */
final class Kitchen {

    private Kitchen() {}

    static String cook() throws InterruptedException {
        CountDownLatch draining = new CountDownLatch(1);
        RequestScope request = RequestScope.current().orElseThrow();
        request.onDrain(draining::countDown);
        System.out.println("cooking");
        draining.await();
        return request.name() + " done";
    }
}
