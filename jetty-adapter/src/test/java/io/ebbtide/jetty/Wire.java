package io.ebbtide.jetty;

import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

import java.io.IOException;
import java.net.Socket;
import java.util.List;

/** What connectors and clients speak with each other. */
enum Wire {
    HTTP {
        @Override
        List<ConnectionFactory> factories() {
            return List.of(new HttpConnectionFactory());
        }

        @Override
        Client speak(Socket socket) throws IOException {
            return RawClient.on(socket);
        }
    },
    HTTPS {
        @Override
        Socket dress(Socket plain) throws IOException {
            return Tls.over(plain, "http/1.1");
        }

        @Override
        List<ConnectionFactory> factories() {
            return List.of(
                    new SslConnectionFactory(Tls.forServer(), "http/1.1"),
                    new HttpConnectionFactory());
        }

        @Override
        Client speak(Socket socket) throws IOException {
            return RawClient.on(socket);
        }
    },
    /** With prior knowledge, on a connector that speaks HTTP/1.1 as well. */
    H2C {
        @Override
        List<ConnectionFactory> factories() {
            HttpConfiguration shared = new HttpConfiguration();
            return List.of(
                    new HttpConnectionFactory(shared), new HTTP2CServerConnectionFactory(shared));
        }

        @Override
        Client speak(Socket socket) throws IOException {
            return RawHttp2Client.on(socket);
        }
    },
    /** HTTP/2 over TLS, chosen by ALPN on a connector that offers HTTP/1.1 as well. */
    H2 {
        @Override
        Socket dress(Socket plain) throws IOException {
            return Tls.over(plain, "h2");
        }

        @Override
        List<ConnectionFactory> factories() {
            HttpConfiguration shared = new HttpConfiguration();
            ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
            alpn.setDefaultProtocol("http/1.1");
            return List.of(
                    new SslConnectionFactory(Tls.forServer(), alpn.getProtocol()),
                    alpn,
                    new HTTP2ServerConnectionFactory(shared),
                    new HttpConnectionFactory(shared));
        }

        @Override
        Client speak(Socket socket) throws IOException {
            return RawHttp2Client.on(socket);
        }
    };

    abstract List<ConnectionFactory> factories();

    /**
     * One connection of a client.
     *
     * @throws java.net.ConnectException if it is refused
     */
    Client connect(int port) throws IOException {
        return talk(RawClient.open(port));
    }

    /** Begins to talk on a connection that there is. */
    Client talk(Socket plain) throws IOException {
        return speak(dress(plain));
    }

    /** Has the handshake of TLS done if there is one. */
    Socket dress(Socket plain) throws IOException {
        return plain;
    }

    /** Begins to talk on a socket on which nothing has been said. */
    abstract Client speak(Socket socket) throws IOException;

    ServerConnector connector(Server server, int acceptors) {
        ConnectionFactory[] factories = factories().toArray(ConnectionFactory[]::new);
        ServerConnector connector =
                new ServerConnector(server, null, null, null, acceptors, 1, factories);
        connector.setHost("127.0.0.1");
        return connector;
    }

    boolean isHttp2() {
        return this == H2C || this == H2;
    }
}
