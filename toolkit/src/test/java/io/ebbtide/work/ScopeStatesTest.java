package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.work.Scope.State;

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
import java.util.function.ObjIntConsumer;

/**
 * A tree of scopes lives any life, and a model that knows no threads says what has to be seen of it: states move only
 * forward, counts are right and never negative, and nothing is drained that is not empty.
 */
class ScopeStatesTest {

    @Property(tries = 500)
    void areThoseOfTheModelAfterWhateverHappens(@ForAll("lives") ActionChain<World> life) {
        life.withInvariant(World::check).run();
    }

    @Provide
    Arbitrary<ActionChain<World>> lives() {
        return ActionChain.startWith(World::new)
                .withAction(4, act("enter", World::enter))
                .withAction(3, act("enter from inside", World::enterFromInside))
                .withAction(4, act("end work", World::end))
                .withAction(1, act("open a child", World::open))
                .withAction(1, act("drain", World::drain))
                .withAction(1, act("cancel", World::cancel))
                .withAction(1, act("close", World::close))
                .withAction(2, act("join", World::join))
                .withMaxTransformations(40);
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

    /** What the model knows of one scope. */
    private static final class Model {

        final Scope scope;
        final Model parent;
        final List<Model> children = new ArrayList<>();
        State state;
        Model drainRoot;
        boolean sealed;

        Model(Scope scope, Model parent) {
            this.scope = scope;
            this.parent = parent;
            this.state = parent == null ? State.OPEN : parent.state;
            this.drainRoot = parent == null ? null : parent.drainRoot;
            if (parent != null) {
                parent.children.add(this);
            }
        }

        boolean isWithin(Model outer) {
            return this == outer || (parent != null && parent.isWithin(outer));
        }

        void moveTo(State next, Model root) {
            if (next.compareTo(state) >= 0) {
                if (drainRoot == null || drainRoot.isWithin(root)) {
                    drainRoot = root;
                }
                state = next;
            }
            children.forEach(child -> child.moveTo(next, root));
        }

        void seal() {
            sealed = true;
            children.forEach(Model::seal);
        }
    }

    /** The scopes, the work in them, and the model of both. */
    private static final class World {

        private final FakeTime time = new FakeTime();
        private final Deadline now = Deadline.in(Duration.ZERO, time);
        private final List<Model> scopes = new ArrayList<>();
        private final List<Permit> work = new ArrayList<>();
        private final Map<Permit, Model> running = new HashMap<>();

        World() {
            Model root = new Model(Scope.open("work", time), null);
            scopes.add(root);
            scopes.add(new Model(root.scope.busyChild("requests", Integer.MAX_VALUE), root));
            scopes.add(new Model(root.scope.child("mails"), root));
        }

        private Model scope(int which) {
            return scopes.get(which % scopes.size());
        }

        void enter(int which) {
            Model model = scope(which);

            expect(model.scope.enter("work"), model.state == State.OPEN, model);
        }

        void enterFromInside(int which) {
            if (work.isEmpty()) {
                return;
            }
            Model model = scope(which);
            Permit from = work.get(which % work.size());
            boolean insider = running.containsKey(from) && running.get(from).isWithin(root(model));

            Admission admission = from.call(() -> model.scope.enter("part of it"));

            boolean mayEnter = insider && !model.sealed && model.state == State.DRAINING;
            expect(admission, model.state == State.OPEN || mayEnter, model);
        }

        private static Model root(Model model) {
            return model.drainRoot == null ? model : model.drainRoot;
        }

        private void expect(Admission admission, boolean admitted, Model model) {
            if (admitted) {
                assertThat(admission).isInstanceOf(Permit.class);
                Permit permit = (Permit) admission;
                permit.leaveThread(); // the one thread of this test does it all: none to interrupt
                work.add(permit);
                running.put(permit, model);
            } else {
                assertThat(admission).isEqualTo(Refusal.SHUTTING_DOWN);
            }
        }

        void end(int which) {
            if (!work.isEmpty()) {
                Permit permit = work.get(which % work.size());
                permit.close();
                running.remove(permit);
                assertThat(permit.isEnded()).isTrue();
            }
        }

        void open(int which) {
            if (scopes.size() < 8) {
                Model above = scope(which);
                scopes.add(new Model(above.scope.child("child"), above));
            }
        }

        void drain(int which) {
            Model model = scope(which);
            model.scope.drain(Deadline.never(time));
            model.moveTo(State.DRAINING, model);
        }

        void cancel(int which) {
            Model model = scope(which);
            model.scope.cancel();
            model.moveTo(State.CANCELLED, model);
        }

        void close(int which) {
            Model model = scope(which);
            try {
                assertThat(model.scope.close(now))
                        .containsExactlyInAnyOrderElementsOf(runningIn(model));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            model.moveTo(State.CLOSED, model);
        }

        void join(int which) {
            Model model = scope(which);
            if (model.state == State.OPEN) {
                assertThatThrownBy(() -> model.scope.join(now))
                        .isInstanceOf(IllegalStateException.class);
                return;
            }
            boolean empty = runningIn(model).isEmpty();
            try {
                assertThat(model.scope.join(now)).isEqualTo(empty);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (empty && model.drainRoot == model) {
                model.seal();
            }
        }

        private List<Permit> runningIn(Model outer) {
            return work.stream()
                    .filter(permit -> running.containsKey(permit))
                    .filter(permit -> running.get(permit).isWithin(outer))
                    .toList();
        }

        void check() {
            for (Model model : scopes) {
                List<Permit> expected = runningIn(model);
                assertThat(model.scope.state()).isEqualTo(model.state);
                assertThat(model.scope.inFlight()).isEqualTo(expected.size());
                assertThat(model.scope.running()).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }
}
