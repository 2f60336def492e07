package io.ebbtide.jetty.demo;

import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.server.Server;

/**
 * The order service on a bare Jetty that just stops on SIGTERM, and closes neither its database nor
 * Redis: what {@link OrderService} takes longer is what Ebbtide costs it.
 */
final class RudeOrderService {

    private RudeOrderService() {}

    /** Serves until SIGTERM. */
    public static void main(String[] arguments) throws Exception {
        ServiceSettings settings = ServiceSettings.from(arguments);
        Ledger ledger = Ledger.open(settings.redis(), settings.waiters());
        Orders orders = Orders.open(settings.database(), ledger);
        Events events = new Events();
        ShippingTask shipping = new ShippingTask(orders, events);
        Scope.open("background", TimeSource.system())
                .fork(
                        "ship orders",
                        () -> {
                            shipping.run();
                            return true;
                        });
        Server server = LocalJetty.on(settings.port());
        server.setHandler(OrderService.handler(orders, events, shipping));
        server.setStopAtShutdown(/* stop= */ true);
        server.start();
        LocalJetty.announce("rude order-service", server);
        server.join();
    }
}
