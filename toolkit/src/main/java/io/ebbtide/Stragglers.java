package io.ebbtide;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Step;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Scope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The work that was still running at the drain deadline: from live permits to records.
 *
 * <p>Recording looks at threads and is done by the coordinator. Whatever a peer does is users' code: it happens in steps.
 */
final class Stragglers {

    /** Taking the stack of a thread stops it for a moment, and nobody reads more of them than this. */
    private static final int STACKS = 100;

    /** So many peers are told at the same time: one that blocks does not keep the others waiting. */
    private static final int TELLERS = 8;

    private final List<Permit> permits = new ArrayList<>();
    private final List<Straggler> records = new ArrayList<>();
    private final Map<Permit, String> details = new ConcurrentHashMap<>();

    /** Finds who is running, and writes down what each is doing before anything is done to it. */
    Stragglers(Scope... scopes) {
        for (Scope scope : scopes) {
            permits.addAll(scope.running());
        }
        permits.forEach(permit -> records.add(record(permit)));
    }

    private Straggler record(Permit permit) {
        Thread thread = permit.thread().orElse(null);
        List<StackTraceElement> stack =
                thread == null || records.size() >= STACKS
                        ? List.of()
                        : List.of(thread.getStackTrace());
        return new Straggler(
                permit.name(),
                permit.scope().path(),
                permit.age(),
                thread == null ? "" : label(thread),
                stack,
                "",
                Fate.INTERRUPTED);
    }

    private static String label(Thread thread) {
        return thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName();
    }

    /** {@return steps that ask each peer for details and have it answer} */
    List<Step> answers(Duration timeout) {
        return eachPeer(
                "answer ",
                timeout,
                permit -> {
                    try {
                        details.put(permit, permit.peer().detail());
                    } finally {
                        permit.peer().answer(permit);
                    }
                });
    }

    /** {@return steps that have each peer cut who is still running then} */
    List<Step> cuts(Duration timeout) {
        return eachPeer("cut ", timeout, permit -> permit.peer().cut(permit));
    }

    /** {@return the records, each with what its peer said and what has become of it by now} */
    List<Straggler> withFates() {
        List<Straggler> found = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            Permit permit = permits.get(i);
            found.add(
                    records.get(i)
                            .withDetail(details.getOrDefault(permit, ""))
                            .withFate(permit.isEnded() ? Fate.INTERRUPTED : Fate.ABANDONED));
        }
        return found;
    }

    /** A step for each peer while there are few; a few steps that share the work when there are many. */
    private List<Step> eachPeer(String verb, Duration timeout, Consumer<Permit> telling) {
        List<Permit> running = permits.stream().filter(permit -> !permit.isEnded()).toList();
        List<Step> steps = new ArrayList<>();
        if (running.size() <= TELLERS) {
            running.forEach(
                    permit ->
                            steps.add(
                                    new Step(
                                            verb + permit.name(),
                                            timeout,
                                            () -> telling.accept(permit))));
            return steps;
        }
        AtomicInteger next = new AtomicInteger();
        for (int teller = 1; teller <= TELLERS; teller++) {
            steps.add(
                    new Step(
                            verb + "stragglers, " + teller,
                            timeout,
                            () -> tellShare(running, next, telling)));
        }
        return steps;
    }

    /** One peer that fails does not keep the others from being told. */
    private static void tellShare(
            List<Permit> running, AtomicInteger next, Consumer<Permit> telling) throws Exception {
        Exception failures = null;
        for (int i = next.getAndIncrement(); i < running.size(); i = next.getAndIncrement()) {
            try {
                telling.accept(running.get(i));
            } catch (RuntimeException | Error failure) {
                if (failures == null) {
                    failures =
                            new Exception(
                                    "could not tell the peer of '" + running.get(i).name() + "'");
                }
                failures.addSuppressed(failure);
            }
        }
        if (failures != null) {
            throw failures;
        }
    }
}
