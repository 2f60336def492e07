package io.ebbtide.jetty;

import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** On which connections requests are open at one moment, and by which streams where there are any. */
final class OpenRequests {

    private final IdentityHashMap<Connection, Set<String>> streams = new IdentityHashMap<>();

    OpenRequests(List<Exchange> exchanges) {
        for (Exchange exchange : exchanges) {
            Connection connection = exchange.connection();
            if (exchange.session() == null) {
                streams.put(connection, Set.of());
            } else {
                streams.computeIfAbsent(connection, _ -> new HashSet<>()).add(exchange.getId());
            }
        }
    }

    /** {@return on how many connections} */
    int connections() {
        return streams.size();
    }

    boolean areOn(@Nullable Connection connection) {
        return streams.containsKey(connection);
    }

    /** {@return whether a request is open for each of {@code ids} on {@code connection}} */
    boolean areAll(List<String> ids, @Nullable Connection connection) {
        return ids.isEmpty() || streams.getOrDefault(connection, Set.of()).containsAll(ids);
    }
}
