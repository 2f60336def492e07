package io.ebbtide.jetty.demo;

import io.ebbtide.jetty.GracefulJetty;

import org.eclipse.jetty.server.Server;

/** {@link BareJetty} with one line more: what Ebbtide adds to it is what Ebbtide costs. */
final class PoliteJetty {

    private PoliteJetty() {}

    /** Serves {@link Pages} on a free port until SIGTERM. */
    public static void main(String[] args) throws Exception {
        Server server = LocalJetty.on(0);
        server.setHandler(new Pages());
        GracefulJetty polite = GracefulJetty.wrap(server).start();
        LocalJetty.announce("polite Jetty", server);
        polite.join();
    }
}
