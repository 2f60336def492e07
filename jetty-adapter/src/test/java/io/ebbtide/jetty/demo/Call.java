package io.ebbtide.jetty.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** One kind of request that the load makes, and how its right answer looks. */
enum Call {
    FAST("GET /fast", "") {
        @Override
        boolean isAnsweredBy(Reply reply) {
            return reply.status() == 200 && reply.body().equals(Pages.FAST_BODY);
        }
    },
    SLOW("GET /slow", "") {
        @Override
        boolean isAnsweredBy(Reply reply) {
            return reply.status() == 200 && reply.body().startsWith("slow");
        }
    },
    STREAM("GET /stream", "") {
        @Override
        boolean isAnsweredBy(Reply reply) {
            return reply.status() == 200
                    && reply.body().length() == Pages.STREAM_LENGTH
                    && reply.body().endsWith(Pages.STREAM_END);
        }
    },
    ORDER("POST /orders", "one umbrella") {
        @Override
        boolean isAnsweredBy(Reply reply) {
            return reply.status() == 201 && !reply.body().isBlank();
        }
    };

    private final String request;
    private final String content;

    Call(String request, String content) {
        this.request = request;
        this.content = content;
    }

    abstract boolean isAnsweredBy(Reply reply);

    /** {@return the request as it goes over the wire, for a connection that is to be kept} */
    byte[] bytes() {
        String length = content.isEmpty() ? "" : "Content-Length: " + content.length() + "\r\n";
        return (request + " HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n" + content)
                .getBytes(US_ASCII);
    }

    /** {@return what became of this call, given what arrived} */
    Outcome outcome(Received received) {
        return switch (received) {
            case Received.Nothing _ -> Outcome.LOST;
            case Received.Part _ -> Outcome.TRUNCATED;
            case Received.Whole(Reply reply) when isAnsweredBy(reply) -> Outcome.ANSWERED;
            case Received.Whole(Reply reply) when reply.status() == 503 && reply.announcesClose() ->
                    Outcome.REFUSED_WITH_503;
            case Received.Whole(Reply reply) when reply.endsWithConnection() -> Outcome.TRUNCATED;
            case Received.Whole _ -> Outcome.WRONG;
        };
    }
}
