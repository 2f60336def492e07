package io.ebbtide.jetty;

import java.util.ArrayList;
import java.util.List;

/** One way to run a server: every behaviour of the adapter is to be the same on all of them. */
record Setup(Wire wire, Pool pool) {

    /** {@return all protocols on all thread pools} */
    static List<Setup> all() {
        List<Setup> all = new ArrayList<>();
        for (Wire wire : Wire.values()) {
            for (Pool pool : Pool.values()) {
                all.add(new Setup(wire, pool));
            }
        }
        return all;
    }

    /** {@return those with HTTP/1.1, bare and inside of TLS} */
    static List<Setup> http1() {
        return all().stream().filter(setup -> !setup.wire.isHttp2()).toList();
    }

    /** {@return those with HTTP/2} */
    static List<Setup> http2() {
        return all().stream().filter(setup -> setup.wire.isHttp2()).toList();
    }

    @Override
    public String toString() {
        return wire + " on " + pool;
    }
}
