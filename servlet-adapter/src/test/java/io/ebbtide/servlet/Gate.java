package io.ebbtide.servlet;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that happens once and can be waited for. */
final class Gate {

    private final CountDownLatch closed = new CountDownLatch(1);

    void open() {
        closed.countDown();
    }

    void await() throws InterruptedException, TimeoutException {
        if (!closed.await(20, TimeUnit.SECONDS)) {
            throw new TimeoutException("what the test waits for has not happened");
        }
    }
}
