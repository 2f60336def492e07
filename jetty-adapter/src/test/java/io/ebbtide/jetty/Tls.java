package io.ebbtide.jetty;

import org.eclipse.jetty.util.ssl.SslContextFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A key that lives as long as the tests, made by the JDK's keytool, and both ends that know it. */
final class Tls {

    /** The system property that names a file with the keys to use, for processes that share them: see {@link #store}. */
    static final String KEYS_FILE = "ebbtide.test.keys";

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final KeyStore KEYS;
    private static final SSLContext CLIENTS;

    static {
        // A client that is cut off without close_notify is to see that; read when TLS is first
        // used.
        System.setProperty("com.sun.net.ssl.requireCloseNotify", "true");
        try {
            String file = System.getProperty(KEYS_FILE);
            KEYS = file == null ? makeKeys() : load(Path.of(file));
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(KEYS);
            CLIENTS = SSLContext.getInstance("TLS");
            CLIENTS.init(null, trust.getTrustManagers(), null);
        } catch (IOException | GeneralSecurityException e) {
            throw new ExceptionInInitializerError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExceptionInInitializerError(e);
        }
    }

    private Tls() {}

    static SslContextFactory.Server forServer() {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setKeyStore(KEYS);
        factory.setKeyStorePassword(new String(PASSWORD));
        return factory;
    }

    static SslContextFactory.Client forClient() {
        SslContextFactory.Client factory = new SslContextFactory.Client();
        factory.setTrustStore(KEYS);
        factory.setEndpointIdentificationAlgorithm(null); // the certificate is for an address
        return factory;
    }

    /** Writes the keys to a file, for a process that will have {@link #KEYS_FILE}. */
    static void store(Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            KEYS.store(out, PASSWORD);
        }
    }

    /** {@return what clients of the JDK need to know} */
    static SSLContext clients() {
        return CLIENTS;
    }

    /** Has the handshake done on a socket that is connected. */
    static Socket over(Socket plain, String protocol) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        CLIENTS.getSocketFactory()
                                .createSocket(
                                        plain, "127.0.0.1", plain.getPort(), /* autoClose= */ true);
        try {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {protocol});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static KeyStore makeKeys()
            throws IOException, GeneralSecurityException, InterruptedException {
        Path folder = Files.createTempDirectory("tls");
        Path file = folder.resolve("keys.p12");
        try {
            runKeytool(file);
            return load(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static void runKeytool(Path file) throws IOException, InterruptedException {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "test",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:test,ip:127.0.0.1",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .inheritIO()
                        .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool ended with " + keytool.exitValue());
        }
    }
}
