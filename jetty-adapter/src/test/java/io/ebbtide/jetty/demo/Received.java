package io.ebbtide.jetty.demo;

/** What arrived in answer to one request. */
sealed interface Received {

    /** {@return what to say of it to somebody who looks for the reason} */
    String detail();

    /** A whole answer, to the last byte that its framing promises. */
    record Whole(Reply reply) implements Received {
        @Override
        public String detail() {
            return "%d, %d characters".formatted(reply.status(), reply.body().length());
        }
    }

    /** The connection ended, and not one byte had come. */
    record Nothing(String detail) implements Received {}

    /** The connection ended in the middle of an answer. */
    record Part(String detail) implements Received {}
}
