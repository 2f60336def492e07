package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/** What a filter cannot see, and the container does if it is set up for it. */
interface ContainerStopContract extends Suite {

    @Test
    default void leavesListenerAndIdleConnectionsToTheContainersStop() throws Exception {
        Service service = start(Routes.at("/hello", (_, _) -> {}));
        Client idle = service.connect();
        idle.get("/hello");

        service.shutDown();
        boolean stillListens = service.connect().get("/hello").status() == 503;
        Gate stopped = service.beginStop();
        boolean closed = idle.isClosedByServer();
        stopped.await();

        assertThat(stillListens).isTrue();
        assertThat(closed).isTrue();
        assertThat(serves(service)).isFalse();
    }

    @Test
    default void findsItsContainerSetUpToLetRequestsEndWhenItStops() throws Exception {
        HeldRoute held = HeldRoute.then((_, response) -> response.getWriter().print("done"));
        Service service = start(Routes.at("/slow", held).and("/hello", (_, _) -> {}));
        Client client = service.connect().send("/slow");
        held.awaitRequest();

        Gate stopped = service.beginStop();
        while (serves(service)) {
            Thread.onSpinWait();
        }
        held.letGo();
        Answer answer = client.receive();
        client.close();
        stopped.await();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("done");
    }

    /** A connection that is in the accept queue when a container stops may get no answer at all. */
    private static boolean serves(Service service) {
        try (Client client = Client.connect(service.port(), 200)) {
            return client.get("/hello").status() == 200;
        } catch (IOException refused) {
            return false;
        }
    }
}
