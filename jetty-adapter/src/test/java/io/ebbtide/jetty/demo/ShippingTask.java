package io.ebbtide.jetty.demo;

import io.ebbtide.work.RequestScope;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Ships orders in the background, a few at a time, until the service drains. It never leaves a
 * batch half shipped: what it has not begun by then waits for the next start of the service.
 */
final class ShippingTask implements Runnable {

    private static final int BATCH = 20;

    private final Orders orders;
    private final Events events;
    private final Semaphore bell = new Semaphore(0);

    ShippingTask(Orders orders, Events events) {
        this.orders = orders;
        this.events = events;
    }

    /** Says that there is something to ship. */
    void ring() {
        bell.release();
    }

    @Override
    public void run() {
        RequestScope task = RequestScope.current().orElseThrow();
        task.onDrain(this::ring);
        try {
            while (!task.isDraining()) {
                shipOrWait();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("shipping broke off; it goes on at the next start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void shipOrWait() throws SQLException, InterruptedException {
        List<Long> shipped = orders.ship(BATCH);
        shipped.forEach(order -> events.publish("order %d shipped".formatted(order)));
        if (shipped.isEmpty()) {
            bell.acquire();
            bell.drainPermits();
        }
    }
}
