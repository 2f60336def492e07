package io.ebbtide.benchmarks;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Attributes;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** What Jetty asks of a connection while it handles a request, and no connection. */
final class NoConnection extends Attributes.Lazy implements ConnectionMetaData {

    private final HttpConfiguration configuration = new HttpConfiguration();
    private final SocketAddress address = InetSocketAddress.createUnresolved("localhost", 80);
    private final Connector connector;

    NoConnection(Connector connector) {
        this.connector = connector;
    }

    @Override
    public String getId() {
        return "1";
    }

    @Override
    public HttpConfiguration getHttpConfiguration() {
        return configuration;
    }

    @Override
    public HttpVersion getHttpVersion() {
        return HttpVersion.HTTP_1_1;
    }

    @Override
    public String getProtocol() {
        return "http";
    }

    @Override
    public Connection getConnection() {
        throw new UnsupportedOperationException("there is none");
    }

    @Override
    public Connector getConnector() {
        return connector;
    }

    @Override
    public boolean isPersistent() {
        return true;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return address;
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return address;
    }
}
