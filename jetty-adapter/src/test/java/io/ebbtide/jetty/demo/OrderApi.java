package io.ebbtide.jetty.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ebbtide.work.RequestScope;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;

/** Takes orders at {@code POST /orders} and tells about them at {@code GET /events}. */
final class OrderApi extends Handler.Abstract {

    private final Orders orders;
    private final Events events;
    private final ShippingTask shipping;

    OrderApi(Orders orders, Events events, ShippingTask shipping) {
        this.orders = orders;
        this.events = events;
        this.shipping = shipping;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback)
            throws IOException, SQLException, InterruptedException {
        switch (request.getMethod() + " " + Request.getPathInContext(request)) {
            case "POST /orders" -> place(request, response, callback);
            case "GET /events" -> tell(response, callback);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Answers with the order's number, and only once the order is where it must never get lost. */
    private void place(Request request, Response response, Callback callback)
            throws IOException, SQLException {
        long order = orders.place(Content.Source.asString(request, UTF_8));
        shipping.ring();
        events.publish("order %d placed".formatted(order));
        response.setStatus(HttpStatus.CREATED_201);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        Content.Sink.write(response, /* last= */ true, Long.toString(order), callback);
    }

    /** Streams events until the service drains, and then says goodbye instead of breaking off. */
    private void tell(Response response, Callback callback)
            throws IOException, InterruptedException {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        try (Events.Subscription subscription = events.subscribe();
                OutputStream out = Content.Sink.asOutputStream(response)) {
            RequestScope.current().orElseThrow().onDrain(subscription::end);
            send(out, "event: welcome\ndata: you will hear of all orders\n\n");
            for (var event = subscription.next(); event.isPresent(); event = subscription.next()) {
                send(out, "data: " + event.get() + "\n\n");
            }
            send(out, "event: goodbye\ndata: come back soon\n\n");
        }
        callback.succeeded();
    }

    private static void send(OutputStream out, String event) throws IOException {
        out.write(event.getBytes(UTF_8));
        out.flush();
    }
}
