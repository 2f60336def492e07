package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A service that is given its listening socket by whoever starts it, as inetd and systemd do, and, as {@code
 * supervisor}, whoever starts it.
 */
final class InheritedListenerProgram {

    private InheritedListenerProgram() {}

    /** Ends when the next instance, which the supervisor plays itself, has had a client. */
    public static void main(String[] arguments) throws Throwable {
        switch (arguments[0]) {
            case "supervisor" -> supervise();
            case "service" -> serve();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void supervise() throws Throwable {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            putAtStandardInput();
            System.out.println("port " + listener.socket().getLocalPort());
            int status = service().waitFor();
            System.out.println("service ended with " + status);
            try (SocketChannel client = listener.accept()) {
                client.write(ByteBuffer.wrap("next".getBytes(StandardCharsets.US_ASCII)));
            }
        }
    }

    /** The only socket of this process that listens. */
    @SuppressWarnings("restricted") // a test is started with the right to
    private static void putAtStandardInput() throws Throwable {
        int descriptor = 0;
        while (!SocketCalls.listens(descriptor)) {
            descriptor++;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle dup2 =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("dup2"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int _ = (int) dup2.invokeExact(descriptor, 0);
    }

    private static Process service() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InheritedListenerProgram.class.getName(),
                        "service")
                .inheritIO()
                .start();
    }

    /** Stops while a request is in flight: without one the listener is closed at once, and nothing is done to it. */
    private static void serve() throws Exception {
        Script script = new Script();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setInheritChannel(true);
        server.addConnector(connector);
        server.setHandler(script);
        StructuredShutdown shutdown = StructuredShutdown.open(Served.PATIENTLY);
        GracefulJetty.wrap(server, shutdown).start();
        System.out.println("serving");
        script.awaitWaiting(1);
        CompletableFuture<ShutdownResult> result =
                shutdown.begin(new ShutdownReason.Requested("test"));
        while (connector.isOpen()) {
            Thread.onSpinWait();
        }
        script.open();
        ShutdownResult _ = result.get();
    }
}
