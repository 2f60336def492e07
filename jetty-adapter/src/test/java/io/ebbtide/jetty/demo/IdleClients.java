package io.ebbtide.jetty.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Clients that have all been answered once and now keep their connections open, saying nothing. */
final class IdleClients implements AutoCloseable {

    private final List<ClientConnection> connections = new ArrayList<>();

    /**
     * Connects clients, one after the other.
     *
     * @param calls what they ask for, in turn
     * @throws IOException if one of them is not answered as expected
     */
    static IdleClients open(int count, int port, List<Call> calls) throws IOException {
        IdleClients clients = new IdleClients();
        try {
            for (int i = 0; i < count; i++) {
                clients.add(port, calls.get(i % calls.size()));
            }
            return clients;
        } catch (IOException e) {
            clients.close();
            throw e;
        }
    }

    private void add(int port, Call call) throws IOException {
        ClientConnection connection = ClientConnection.open(port);
        connections.add(connection);
        Received received = connection.exchange(call.bytes());
        if (call.outcome(received) != Outcome.ANSWERED) {
            throw new IOException(call + " was not answered: " + received);
        }
    }

    @Override
    public void close() throws IOException {
        for (ClientConnection connection : connections) {
            connection.close();
        }
    }
}
