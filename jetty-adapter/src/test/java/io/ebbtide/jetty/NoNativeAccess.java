package io.ebbtide.jetty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** Looks for a listener's socket in a JVM that was started without the right to. */
final class NoNativeAccess {

    private NoNativeAccess() {}

    /** Prints what was found. */
    public static void main(String[] arguments) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.print(ListeningSocket.of(listener));
        }
    }
}
