package io.ebbtide.jetty.demo;

import org.eclipse.jetty.server.Server;

/**
 * The rude server that Ebbtide is measured against: a bare Jetty that just stops on SIGTERM. The
 * fastest way out there is, and everybody in flight is lost.
 */
final class BareJetty {

    private BareJetty() {}

    /** Serves {@link Pages} on a free port until SIGTERM. */
    public static void main(String[] args) throws Exception {
        Server server = LocalJetty.on(0);
        server.setHandler(new Pages());
        server.setStopAtShutdown(/* stop= */ true);
        server.start();
        LocalJetty.announce("bare Jetty", server);
        server.join();
    }
}
