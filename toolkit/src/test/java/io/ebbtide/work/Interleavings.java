package io.ebbtide.work;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Plays a scene in every order that its actors' steps allow. One actor acts at a time, until its next {@link Steps#step},
 * and every choice of who goes on is tried, one play each.
 *
 * <pre>{@code
 * Interleavings.explore(steps -> {
 *     Door door = new SomeDoor(steps);            // calls steps.step() between its halves
 *     return new Scene(() -> assertThat(…), () -> door.enter(), () -> door.close());
 * });
 * }</pre>
 *
 * <p>Code under test makes steps by itself where it reads the time, parks and unparks, if {@link Steps} is its time
 * source. A play in which everyone who has not left is parked is a lost wake-up, and fails.
 */
final class Interleavings {

    /** What one actor does, on a thread of its own. */
    interface Actor {
        void act() throws Exception;
    }

    /** Who acts, and what has to hold once all have left. */
    record Scene(Runnable afterwards, List<Actor> actors) {

        Scene(Runnable afterwards, Actor... actors) {
            this(afterwards, List.of(actors));
        }
    }

    /** More plays than this are a mistake of the test: it would take minutes. */
    private static final int MOST = 20_000;

    /** No scope has more counters. */
    private static final int MOST_COUNTERS = 64;

    /** Who was chosen among how many, at each step of the play that comes next or was last. */
    private final List<Choice> choices = new ArrayList<>();

    private record Choice(int taken, int of) {}

    private int depth;
    private final StringBuilder order = new StringBuilder();

    private Interleavings() {}

    /**
     * Plays all orders.
     *
     * @param scene sets a new scene, the same one each time
     * @return how many there were
     * @throws AssertionError with the first order in which an actor fails, or nobody can go on, or the end is not right
     */
    static int explore(Function<Steps, Scene> scene) {
        Interleavings all = new Interleavings();
        int plays = 0;
        do {
            plays++;
            all.play(scene);
        } while (all.hasNext() && plays < MOST);
        if (plays == MOST) {
            throw new AssertionError(
                    "more than " + MOST + " orders: fewer actors or steps, please");
        }
        return plays;
    }

    private void play(Function<Steps, Scene> scene) {
        depth = 0;
        order.setLength(0);
        Steps steps = new Steps();
        Scene set = scene.apply(steps);
        try {
            conduct(steps, set.actors());
            set.afterwards().run();
        } catch (Throwable wrong) {
            throw new AssertionError("in the order " + order + ": " + wrong.getMessage(), wrong);
        }
    }

    private void conduct(Steps steps, List<Actor> actors) throws Exception {
        actors.forEach(steps::add);
        while (steps.isAnyoneOnStage()) {
            List<Player> ready = steps.ready();
            if (ready.isEmpty()) {
                steps.sendEveryoneHome();
                throw new AssertionError("whoever is left waits for ever: a lost wake-up");
            }
            Player next = ready.get(choose(ready.size()));
            order.append(next.name);
            steps.letAct(next);
        }
        for (Player player : steps.players) {
            if (player.failure != null) {
                throw new AssertionError(
                        player.name + ": " + player.failure.getMessage(), player.failure);
            }
        }
    }

    private int choose(int of) {
        if (depth == choices.size()) {
            choices.add(new Choice(0, of));
        }
        return choices.get(depth++).taken();
    }

    /** Turns to the next order: the last choice that can be made differently is. */
    private boolean hasNext() {
        while (!choices.isEmpty()) {
            Choice last = choices.removeLast();
            if (last.taken() + 1 < last.of()) {
                choices.add(new Choice(last.taken() + 1, last.of()));
                return true;
            }
        }
        return false;
    }

    private static final class Player {

        final char name;
        final Semaphore turn = new Semaphore(0);
        Thread thread;
        Throwable failure;
        boolean parked;
        boolean unparkedBefore;
        boolean left;

        Player(char name) {
            this.name = name;
        }
    }

    /** Where actors let others go first; as a time source, one whose time stands still. */
    static final class Steps implements TimeSource {

        private final List<Player> players = new ArrayList<>();
        private final Semaphore conductor = new Semaphore(0);
        private volatile boolean over;

        private Steps() {}

        private void add(Actor actor) {
            Player player = new Player((char) ('A' + players.size()));
            player.thread = thread(players.size(), () -> act(player, actor));
            players.add(player);
        }

        /**
         * The same actor has an alike thread in each play: a busy scope chooses its counter by the thread's id, and so who is
         * the last one to leave a counter, and wakes others, depends on it.
         */
        private static Thread thread(int index, Runnable task) {
            while (true) {
                Thread thread = Thread.ofVirtual().unstarted(task);
                if (thread.threadId() % MOST_COUNTERS == index) {
                    return thread;
                }
            }
        }

        private void act(Player player, Actor actor) {
            player.turn.acquireUninterruptibly();
            try {
                actor.act();
            } catch (Throwable failure) {
                player.failure = failure;
            } finally {
                player.left = true;
                conductor.release();
            }
        }

        /** Another actor may go first here. Does nothing outside of a play. */
        void step() {
            for (Player player : players) {
                if (player.thread == Thread.currentThread()) {
                    conductor.release();
                    player.turn.acquireUninterruptibly();
                    if (over) {
                        throw new AssertionError("the play is over");
                    }
                }
            }
        }

        private boolean isAnyoneOnStage() {
            return players.stream().anyMatch(player -> !player.left);
        }

        private List<Player> ready() {
            return players.stream().filter(player -> !player.left && !player.parked).toList();
        }

        private void letAct(Player player) throws InterruptedException {
            if (player.thread.getState() == Thread.State.NEW) {
                player.thread.start();
            }
            player.turn.release();
            if (!conductor.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new AssertionError(player.name + " waits for something that is no step");
            }
        }

        private void sendEveryoneHome() throws InterruptedException {
            over = true;
            for (Player player : players) {
                if (!player.left) {
                    letAct(player);
                }
            }
        }

        @Override
        public long nanos() {
            step();
            return 0;
        }

        @Override
        public void parkUntil(Object blocker, long instant) {
            for (Player player : players) {
                if (player.thread == Thread.currentThread() && instant > 0) {
                    player.parked = !player.unparkedBefore;
                    player.unparkedBefore = false;
                }
            }
            step();
        }

        @Override
        public void unpark(Thread thread) {
            step();
            for (Player player : players) {
                if (player.thread == thread) {
                    player.unparkedBefore = !player.parked;
                    player.parked = false;
                }
            }
        }
    }
}
