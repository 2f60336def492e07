package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A service that leaves its stop to Jetty's own hook. */
final class StopAtShutdownProgram {

    private StopAtShutdownProgram() {}

    /** Says at which port it listens, when a request waits, and what happens then; ends when it is told to. */
    public static void main(String[] arguments) throws Exception {
        Script script = new Script();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(script);
        server.setStopAtShutdown(/* stop= */ true);
        GracefulJetty jetty = wrap(server, arguments[0]);
        jetty.register("db", ResourceType.DATABASE, () -> System.out.println("db closed"));
        jetty.shutdown().hooks().before("open", script::open);
        jetty.start();
        System.out.println("port " + connector.getLocalPort());
        script.awaitWaiting(1);
        System.out.println("waiting");
        if (arguments[1].equals("exit")) {
            System.exit(7);
        }
    }

    private static GracefulJetty wrap(Server server, String owner) {
        return switch (owner) {
            case "server" -> GracefulJetty.wrap(server);
            case "caller" -> GracefulJetty.wrap(server, StructuredShutdown.open());
            default -> throw new IllegalArgumentException(owner);
        };
    }
}
