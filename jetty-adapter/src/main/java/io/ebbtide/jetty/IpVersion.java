package io.ebbtide.jetty;

/** The kind of a socket's address, with Linux's numbers. */
enum IpVersion {
    /** {@code AF_INET}. */
    FOUR(2, 4),

    /** {@code AF_INET6}. A listener of this kind has IPv4 clients as well, whose addresses are mapped. */
    SIX(10, 16);

    final byte family;
    final int bytes;

    IpVersion(int family, int bytes) {
        this.family = (byte) family;
        this.bytes = bytes;
    }
}
