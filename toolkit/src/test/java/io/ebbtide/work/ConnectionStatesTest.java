package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.work.ConnectionTracker.State;
import io.ebbtide.work.TrackerStats.Load;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/** A tracker lives any life, and a model that knows no threads says what has to be seen of it. */
class ConnectionStatesTest {

    private static final int LIMIT = 5;

    @Property(tries = 500)
    void areThoseOfTheModelAfterWhateverHappens(@ForAll("lives") ActionChain<World> life) {
        life.withInvariant(World::check).run();
    }

    @Provide
    Arbitrary<ActionChain<World>> lives() {
        return ActionChain.startWith(World::new)
                .withAction(5, act("track", World::track))
                .withAction(5, act("begin a request", World::begin))
                .withAction(4, act("end a request", World::end))
                .withAction(2, act("close", World::close))
                .withAction(1, act("stop", World::stop))
                .withAction(1, act("resume", World::resume))
                .withAction(1, act("close idle ones", World::closeIdle))
                .withAction(1, act("drain", World::drain))
                .withAction(1, act("close all", World::closeAll))
                .withMaxTransformations(40);
    }

    private static Action.Independent<World> act(String name, Consumer<World> action) {
        return Action.<World>builder().describeAs(name).justMutate(action);
    }

    private static Action.Independent<World> act(String name, ObjIntConsumer<World> action) {
        return () ->
                Arbitraries.integers()
                        .between(0, 59)
                        .map(
                                which ->
                                        Transformer.mutate(
                                                name + " " + which,
                                                world -> action.accept(world, which)));
    }

    /** What the model knows of one connection. */
    private static final class Model {

        final Desk.Socket socket = new Desk.Socket();
        final boolean even;
        TrackedConnection<Boolean> connection;
        int running;

        Model(boolean even) {
            this.even = even;
        }

        boolean isOpen() {
            return socket.isOpen();
        }
    }

    /** The tracker, what it tracks, and the model of both. */
    private static final class World {

        private final FakeTime time = new FakeTime();
        private final Scope requests = Scope.open("requests", time);
        private final ConnectionTracker<Boolean> tracker =
                new ConnectionTracker<>(requests, LIMIT, Thread.ofVirtual().factory());
        private final List<Model> connections = new ArrayList<>();
        private final Map<Permit, Model> running = new HashMap<>();
        private State state = State.ACCEPTING;
        private int refused;

        private List<Model> open() {
            return connections.stream().filter(Model::isOpen).toList();
        }

        void track(int which) {
            Model model = new Model(which % 2 == 0);
            boolean taken = state == State.ACCEPTING && open().size() < LIMIT;

            Optional<TrackedConnection<Boolean>> answer =
                    tracker.tryTrack(model.even, "", model.socket);

            assertThat(answer.isPresent()).isEqualTo(taken);
            if (taken) {
                model.connection = answer.orElseThrow();
                connections.add(model);
            } else {
                refused++;
            }
        }

        void begin(int which) {
            if (connections.isEmpty()) {
                return;
            }
            Model model = connections.get(which % connections.size());
            boolean admitted = model.isOpen() && requests.state() == Scope.State.OPEN;

            Admission admission = model.connection.enter("", "request", Peer.NOBODY);

            if (admitted) {
                running.put((Permit) admission, model);
                model.running++;
            } else {
                assertThat(admission).isEqualTo(Refusal.SHUTTING_DOWN);
            }
        }

        void end(int which) {
            running.keySet().stream()
                    .skip(which % Math.max(1, running.size()))
                    .findFirst()
                    .ifPresent(
                            permit -> {
                                permit.close();
                                running.remove(permit).running--;
                            });
        }

        void close(int which) {
            if (!connections.isEmpty()) {
                Model model = connections.get(which % connections.size());
                model.connection.close();
                assertThat(model.isOpen()).isFalse();
            }
        }

        void stop() {
            tracker.stopAccepting();
            state = state == State.CLOSED ? State.CLOSED : State.STOPPED;
        }

        void resume() {
            if (state != State.CLOSED && requests.state() == Scope.State.OPEN) {
                tracker.resume();
                state = State.ACCEPTING;
            }
        }

        void closeIdle() {
            List<Model> busy = open().stream().filter(model -> model.running > 0).toList();
            finish(() -> tracker.closeIdle(Deadline.never(time)));

            assertThat(open()).isEqualTo(busy);
        }

        void closeAll() {
            finish(() -> tracker.closeAll(Deadline.never(time)));
            state = State.CLOSED;

            assertThat(open()).isEmpty();
        }

        void drain() {
            finish(() -> tracker.drain(Deadline.in(Duration.ZERO, time)));
            stop();
        }

        private static void finish(Interleavings.Actor action) {
            try {
                action.act();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        void check() {
            TrackerStats<Boolean> stats = tracker.stats();
            assertThat(stats.state()).isEqualTo(state);
            assertThat(stats.total()).isEqualTo(load(open()));
            for (boolean even : new boolean[] {true, false}) {
                Load expected = load(open().stream().filter(model -> model.even == even).toList());
                assertThat(stats.byType().getOrDefault(even, Load.NONE)).isEqualTo(expected);
            }
            assertThat(stats.tracked()).isEqualTo(connections.size());
            assertThat(stats.refused()).isEqualTo(refused);
            assertThat(tracker.active()).isEqualTo(open().size()).isLessThanOrEqualTo(LIMIT);
            assertThat(requests.inFlight()).isEqualTo(running.size());
            assertThat(connections)
                    .allSatisfy(model -> assertThat(model.socket.closings()).isLessThan(2));
        }

        private static Load load(List<Model> models) {
            return models.stream()
                    .map(model -> new Load(1, model.running))
                    .reduce(Load.NONE, Load::plus);
        }
    }
}
