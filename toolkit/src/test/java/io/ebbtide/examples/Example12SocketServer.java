package io.ebbtide.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ebbtide.Entrance;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Fork;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Scanner;

// @start region="main"
/** A server on virtual threads that answers lines: its accept loop is the accept scope, each connection is work. */
public final class Example12SocketServer implements Entrance {

    private final StructuredShutdown shutdown = StructuredShutdown.open().handleSignals();
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Fork<Boolean> loop = shutdown.accepting().fork("accept loop", this::accept);
    private volatile boolean closing;

    private Example12SocketServer() throws IOException {}

    public static void main(String[] arguments) throws Exception {
        Example12SocketServer server = new Example12SocketServer();
        System.out.println(server.name());
        server.shutdown.entrance(server).await();
    }

    private boolean accept() throws IOException {
        try (listener) {
            listener.setSoTimeout(20); // ms: how often to look whether the door closes
            while (true) {
                try {
                    Socket client = listener.accept();
                    shutdown.requests().fork("line from " + client.getPort(), () -> answer(client));
                } catch (SocketTimeoutException nobodyIsWaiting) {
                    if (closing) {
                        return true;
                    }
                }
            }
        }
    }

    private static boolean answer(Socket client) throws IOException {
        try (client;
                Scanner in = new Scanner(client.getInputStream(), UTF_8)) {
            client.getOutputStream().write(("you said " + in.nextLine() + "\n").getBytes(UTF_8));
            return true;
        }
    }

    @Override
    public String name() {
        return "port " + listener.getLocalPort();
    }

    @Override
    public void refuse(Deadline deadline) throws InterruptedException {
        closing = true; // whoever is in the queue is let in first
        loop.join(deadline);
    }
}
// @end
