package io.ebbtide.jetty.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

@Timeout(60)
class OrderServiceTest {

    @TempDir Path folder;

    @Test
    void saysThatRedisIsMissing() throws Exception {
        int closed = closedPort();

        Start start =
                start(
                        new ServiceSettings(
                                0, closed, folder.resolve("orders"), Ledger.Waiters.PLATFORM));

        assertThat(start.status()).isEqualTo(OrderService.CANNOT_START);
        assertThat(start.output())
                .contains("no Redis answers on 127.0.0.1:" + closed, "--redis=<port>");
    }

    @Test
    void saysThatItsPortIsInUseAndClosesWhatItHadOpened() throws Exception {
        Path database = folder.resolve("orders");
        try (RedisProcess redis = RealRedis.start(folder);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ServiceSettings settings =
                    ServiceSettings.of(database, redis.port()).withPort(taken.getLocalPort());

            Start start = start(settings);

            assertThat(start.status()).isEqualTo(OrderService.CANNOT_START);
            assertThat(start.output())
                    .contains("port " + taken.getLocalPort() + " is in use", "--port=<port>");
            try (Ledger ledger = Ledger.open(redis.port(), Ledger.Waiters.PLATFORM);
                    Orders orders = Orders.open(database, ledger)) {
                assertThat(orders.place("an umbrella")).isPositive();
            }
        }
    }

    @Test
    void namesAnArgumentThatItDoesNotUnderstand() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServiceSettings.from("--redis=here"))
                .withMessageContainingAll("--redis=here", "--port=<port>");
    }

    private Start start(ServiceSettings settings) throws Exception {
        List<String> command = JavaCommand.of(OrderService.class, settings.arguments());
        try (ChildProcess service = ChildProcess.start(command, folder, _ -> {})) {
            Exit exit = service.awaitExit(System.nanoTime());
            return new Start(exit.status(), String.join("\n", service.output()));
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** How an attempt to start the service ended. */
    private record Start(int status, String output) {}
}
