package io.ebbtide.jetty.demo;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.jetty.GracefulJetty;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;

/**
 * A small order service: Jetty with virtual threads, a database, Redis, a stream of events and a
 * task in the background. {@link #open} shows what it takes to stop it without losing an order.
 */
final class OrderService {

    /** The exit status of a service that cannot start: {@code EX_UNAVAILABLE} of sysexits.h. */
    static final int CANNOT_START = 69;

    private OrderService() {}

    /** Serves until SIGTERM or SIGINT. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            start(ServiceSettings.from(arguments)).await();
        } catch (StartException | IllegalArgumentException e) {
            System.err.println("order-service cannot start: " + e.getMessage());
            System.exit(CANNOT_START);
        }
    }

    /**
     * Starts the service.
     *
     * @throws StartException if a part of it cannot start; those that had started are closed again
     */
    static StructuredShutdown start(ServiceSettings settings) throws StartException {
        StructuredShutdown shutdown = StructuredShutdown.open();
        try {
            Server server = open(settings, shutdown);
            shutdown.listen(ShutdownListener.console(System.out)).handleSignals();
            LocalJetty.announce("order-service", server);
            return shutdown;
        } catch (StartException e) {
            shutdown.close();
            throw e;
        }
    }

    private static Server open(ServiceSettings settings, StructuredShutdown shutdown)
            throws StartException {
        Ledger ledger = Ledger.open(settings.redis(), settings.waiters());
        shutdown.register("redis", ResourceType.REDIS, ledger);
        Orders orders = Orders.open(settings.database(), ledger);
        shutdown.register("database", ResourceType.DATABASE, orders);

        Events events = new Events();
        ShippingTask shipping = new ShippingTask(orders, events);
        shutdown.executor("background").execute("ship orders", shipping);

        Server server = LocalJetty.on(settings.port());
        server.setHandler(handler(orders, events, shipping));
        try {
            GracefulJetty.wrap(server, shutdown).readiness("/ready").start();
            return server;
        } catch (Exception e) {
            throw StartException.ofServer(settings.port(), e);
        }
    }

    /** {@return what answers its requests} */
    static Handler handler(Orders orders, Events events, ShippingTask shipping) {
        return new Handler.Sequence(new OrderApi(orders, events, shipping), new Pages());
    }
}
