package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.work.Interleavings.Scene;
import io.ebbtide.work.Interleavings.Steps;

import java.util.function.Function;

/** What every {@link Desk} has to keep to, in whatever order things happen. */
enum DeskRule {

    /** What is accepted while all are closed is closed too, by the one or by the other. */
    NOTHING_STAYS_OPEN {
        @Override
        Scene scene(Desk desk, Steps steps) {
            Desk.Socket socket = new Desk.Socket();
            return new Scene(
                    () -> assertThat(socket.closings()).as("closings").isEqualTo(1),
                    () -> {
                        steps.step(); // accepted, not yet taken
                        if (desk.take(socket) == null) {
                            socket.close();
                        }
                    },
                    desk::closeAll);
        }
    },

    /** A request runs on an open connection or does not run. */
    A_REQUEST_HAS_A_CONNECTION {
        @Override
        Scene scene(Desk desk, Steps steps) {
            Desk.Socket socket = new Desk.Socket();
            Desk.Line line = desk.take(socket);
            return new Scene(
                    desk::closeAll,
                    () -> {
                        if (line.begin()) {
                            steps.step();
                            assertThat(socket.isOpen()).as("open while a request runs").isTrue();
                            line.end();
                        }
                    },
                    desk::closeIdle);
        }
    },

    /** However many want to close a connection, it is closed once. */
    A_CONNECTION_IS_CLOSED_ONCE {
        @Override
        Scene scene(Desk desk, Steps steps) {
            Desk.Socket socket = new Desk.Socket();
            Desk.Line line = desk.take(socket);
            return new Scene(
                    () -> assertThat(socket.closings()).as("closings").isEqualTo(1),
                    line::close,
                    () -> {
                        desk.closeIdle();
                        desk.closeAll();
                    });
        }
    };

    abstract Scene scene(Desk desk, Steps steps);

    /** {@return in how many orders the rule holds} */
    int check(Function<Steps, Desk> desks) {
        return Interleavings.explore(steps -> scene(desks.apply(steps), steps));
    }
}
