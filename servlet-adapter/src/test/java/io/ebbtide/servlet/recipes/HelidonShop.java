package io.ebbtide.servlet.recipes;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** A Helidon service that Ebbtide stops. */
// [main
public final class HelidonShop {

    private HelidonShop() {}

    /** Starts the service. */
    public static void main(String[] args) {
        StructuredShutdown shutdown = StructuredShutdown.open().handleSignals();
        WebServer server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(Integer.parseInt(args[0]))
                        .shutdownHook(false) // Ebbtide stops the server, after the drain
                        .routing(
                                routing ->
                                        routing.addFilter(new Admission(shutdown))
                                                .get("/orders", HelidonShop::place))
                        .build()
                        .start();
        shutdown.register("helidon", ResourceType.SERVER, server::stop);
        System.out.println("port " + server.port());
    }

    private static void place(ServerRequest request, ServerResponse response) throws Exception {
        response.send(Kitchen.cook());
    }

    /** Each request is work of the shutdown, until its answer is sent. */
    private record Admission(StructuredShutdown shutdown) implements Filter {

        @Override
        public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
            if (shutdown.isShuttingDown()) {
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
            String method = request.prologue().method().text();
            String path = request.path().path();
            if (path.equals("/ready")) {
                response.status(shutdown.isShuttingDown() ? 503 : 200).send();
                return;
            }
            switch (shutdown.requests().enter(method, path, Peer.NOBODY)) {
                case Permit permit -> {
                    response.beforeSend(() -> announce(response));
                    try (permit) {
                        permit.run(chain::proceed);
                    }
                }
                case Refusal _ ->
                        response.status(Status.SERVICE_UNAVAILABLE_503)
                                .header("Retry-After", "1")
                                .send("Service Unavailable\n");
            }
        }

        private void announce(RoutingResponse response) {
            if (shutdown.isShuttingDown()) {
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
        }
    }
}
// main]
