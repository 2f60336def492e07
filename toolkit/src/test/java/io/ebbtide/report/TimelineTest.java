package io.ebbtide.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

class TimelineTest {

    private static final Duration BUDGET = Duration.ofSeconds(30);

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    private static ShutdownResult result(
            ShutdownResult.Status status, List<StepReport> steps, List<Straggler> stragglers) {
        List<PhaseReport> phases =
                List.of(
                        new PhaseReport(ShutdownPhase.INITIATED, ms(0), ms(1000)),
                        new PhaseReport(ShutdownPhase.DRAINING_CONNECTIONS, ms(1000), ms(500)),
                        new PhaseReport(ShutdownPhase.CLOSING_RESOURCES, ms(1500), ms(500)));
        return new ShutdownResult(
                status,
                new ShutdownReason.Signal("TERM"),
                ms(2000),
                BUDGET,
                phases,
                steps,
                stragglers,
                List.of(),
                List.of(),
                52,
                3,
                LateArrivals.NONE);
    }

    @Test
    void drawsPhasesAndTheirStepsFromLeftToRight() {
        StepReport close =
                new StepReport(
                        ShutdownPhase.CLOSING_RESOURCES,
                        "orders-db",
                        ms(1500),
                        ms(250),
                        new Outcome.Completed());

        assertThat(result(ShutdownResult.Status.SUCCESSFUL, List.of(close), List.of()).toString())
                .isEqualTo(
                        """
                        shutdown (signal TERM): SUCCESSFUL in 2.00 s of 30.00 s; 52 drained, 3 refused, 0 forced
                        INITIATED                         │██████████████████████                      │    1.00 s
                        DRAINING_CONNECTIONS              │                      ███████████           │    500 ms
                        CLOSING_RESOURCES                 │                                 ███████████│    500 ms
                          orders-db                       │                                 ▒▒▒▒▒▒     │    250 ms\
                        """);
    }

    @Test
    void saysHowAStepFailed() {
        StepReport failed =
                new StepReport(
                        ShutdownPhase.CLOSING_RESOURCES,
                        "cache",
                        ms(1500),
                        ms(10),
                        new Outcome.Failed(new IllegalStateException("gone\nforged")));

        assertThat(result(ShutdownResult.Status.WITH_ERRORS, List.of(failed), List.of()).toString())
                .contains("  failed: java.lang.IllegalStateException: gone\\u000aforged");
    }

    @Test
    void namesEachStraggler() {
        Straggler stuck =
                new Straggler(
                        "POST /orders",
                        "/work/requests",
                        ms(10_400),
                        "vt-7",
                        List.of(new StackTraceElement("shop.Orders", "save", "Orders.java", 12)),
                        "nothing sent",
                        Fate.ABANDONED);

        assertThat(result(ShutdownResult.Status.FORCED, List.of(), List.of(stuck)).toString())
                .contains(
                        "  ! straggler 'POST /orders' in /work/requests, running for 10.40 s,"
                                + " thread vt-7, nothing sent, interrupted, then abandoned, at"
                                + " shop.Orders.save(Orders.java:12)");
    }

    @Test
    void leavesOutTheFramesThatAllWaitingThreadsHave() {
        List<StackTraceElement> stack =
                List.of(
                        new StackTraceElement("jdk.internal.misc.Unsafe", "park", null, -2),
                        new StackTraceElement(
                                "java.util.concurrent.locks.LockSupport", "park", null, 1),
                        new StackTraceElement("shop.Pool", "await", "Pool.java", 3),
                        new StackTraceElement("shop.Pool", "close", "Pool.java", 4),
                        new StackTraceElement("shop.Shop", "close", "Shop.java", 5),
                        new StackTraceElement("java.lang.Thread", "run", "Thread.java", 6));
        Outcome timedOut = new Outcome.TimedOut(ms(5_000), Fate.INTERRUPTED, stack);

        assertThat(Sentences.outcome(timedOut))
                .isEqualTo(
                        "timed out (allowed 5.00 s, interrupted), at shop.Pool.await(Pool.java:3) <"
                                + " shop.Pool.close(Pool.java:4) < shop.Shop.close(Shop.java:5) <"
                                + " …");
        assertThat(
                        Sentences.outcome(
                                new Outcome.TimedOut(
                                        ms(5_000), Fate.INTERRUPTED, stack.subList(0, 2))))
                .as("where there is nothing else")
                .contains("at jdk.internal.misc.Unsafe.park(Native Method) <");
    }

    @Test
    void doesNotBlameAStepForWhichNoTimeWasLeft() {
        assertThat(
                        Sentences.outcome(
                                new Outcome.TimedOut(
                                        Duration.ofNanos(900_000), Fate.INTERRUPTED, List.of())))
                .isEqualTo("timed out (no time was left for it, interrupted)");
    }

    @Test
    void doesNotSayThatAThreadWasInterruptedWhereThereWasNone() {
        Straggler async =
                new Straggler(
                        "GET /async",
                        "/work/requests",
                        ms(10_000),
                        "",
                        List.of(),
                        "",
                        Fate.ABANDONED);

        assertThat(async.toString()).endsWith("running for 10.00 s, no thread inside, abandoned");
        assertThat(async.withFate(Fate.INTERRUPTED).toString())
                .endsWith("no thread inside, ended then");
    }

    @Test
    void namesTheFirstTasksThatWereHandedBackAndCountsTheRest() {
        List<HandedBack> many =
                IntStream.rangeClosed(1, 103)
                        .mapToObj(
                                i ->
                                        new HandedBack(
                                                "mail " + i,
                                                "/work/executors/mailer",
                                                (Runnable) () -> {}))
                        .toList();
        ShutdownResult full = result(ShutdownResult.Status.SUCCESSFUL, List.of(), List.of());

        String text = withHandedBack(full, many).toString();

        assertThat(text.lines().findFirst().orElseThrow())
                .endsWith("52 drained, 3 refused, 0 forced, 103 handed back");
        assertThat(text)
                .contains(
                        "  < handed back 'mail 100' of /work/executors/mailer: it never started\n"
                                + "  < and 3 more; the result has them all")
                .doesNotContain("mail 101");
    }

    @Test
    void namesTheFirstStragglersAndCountsTheRest() {
        List<Straggler> many =
                IntStream.rangeClosed(1, 100_000)
                        .mapToObj(
                                i ->
                                        new Straggler(
                                                "GET /" + i,
                                                "/work/requests",
                                                ms(10_400),
                                                "",
                                                List.of(),
                                                "",
                                                Fate.INTERRUPTED))
                        .toList();

        String text = result(ShutdownResult.Status.FORCED, List.of(), many).toString();

        assertThat(text)
                .contains("'GET /100'", "  ! and 99900 more; the result has them all")
                .doesNotContain("'GET /101'");
    }

    @Test
    void namesWhateverFailedAndTheFirstOfManyStepsThatEndedWell() {
        List<StepReport> many =
                IntStream.rangeClosed(1, 10_000)
                        .mapToObj(
                                i ->
                                        new StepReport(
                                                ShutdownPhase.CLOSING_RESOURCES,
                                                "pool " + i,
                                                ms(1500),
                                                ms(1),
                                                i == 9_000
                                                        ? new Outcome.Failed(new Error("broken"))
                                                        : new Outcome.Completed()))
                        .toList();

        String text = result(ShutdownResult.Status.WITH_ERRORS, many, List.of()).toString();

        assertThat(text.lines()).hasSize(1 + 3 + 100 + 1 + 1);
        assertThat(text)
                .contains("  pool 100 ", "  failed: java.lang.Error: broken")
                .contains("  and 9899 more; the result has them all")
                .doesNotContain("pool 101 ");
    }

    @Test
    void cutsALongNameBetweenTwoCharacters() {
        StepReport step =
                new StepReport(
                        ShutdownPhase.CLOSING_RESOURCES,
                        "x".repeat(30) + "\uD83D\uDE00 and more",
                        ms(1500),
                        ms(250),
                        new Outcome.Completed());

        assertThat(result(ShutdownResult.Status.SUCCESSFUL, List.of(step), List.of()).toString())
                .contains("  " + "x".repeat(30) + "…");
    }

    private static ShutdownResult withHandedBack(ShutdownResult all, List<HandedBack> handedBack) {
        return new ShutdownResult(
                all.status(),
                all.reason(),
                all.took(),
                all.budget(),
                all.phases(),
                all.steps(),
                all.stragglers(),
                handedBack,
                all.failedTasks(),
                all.drained(),
                all.refused(),
                all.lateArrivals());
    }

    @Test
    void survivesAShutdownThatTookNoTime() {
        ShutdownResult empty =
                new ShutdownResult(
                        ShutdownResult.Status.SUCCESSFUL,
                        new ShutdownReason.Requested("test"),
                        Duration.ZERO,
                        BUDGET,
                        List.of(
                                new PhaseReport(
                                        ShutdownPhase.INITIATED, Duration.ZERO, Duration.ZERO)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        0,
                        0,
                        LateArrivals.NONE);

        assertThat(empty.toString()).contains("SUCCESSFUL in 0.0 ms");
    }

    @Test
    void throwsOnDemandWithTheFirstFailureAsItsCause() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        ShutdownResult bad =
                result(
                        ShutdownResult.Status.WITH_ERRORS,
                        List.of(
                                new StepReport(
                                        ShutdownPhase.INITIATED,
                                        "a",
                                        ms(0),
                                        ms(1),
                                        new Outcome.Failed(first)),
                                new StepReport(
                                        ShutdownPhase.INITIATED,
                                        "b",
                                        ms(0),
                                        ms(1),
                                        new Outcome.Failed(second))),
                        List.of());

        assertThatThrownBy(bad::orThrow)
                .isInstanceOf(ShutdownException.class)
                .hasCause(first)
                .hasSuppressedException(second)
                .satisfies(
                        thrown -> assertThat(((ShutdownException) thrown).result()).isSameAs(bad));
    }

    @Test
    void doesNotThrowWhenAllIsWell() {
        ShutdownResult good = result(ShutdownResult.Status.SUCCESSFUL, List.of(), List.of());

        assertThat(good.orThrow()).isSameAs(good);
    }

    @Test
    void writesDurationsAsPeopleReadThem() {
        assertThat(Sentences.time(Duration.ofNanos(40_000))).isEqualTo("0.0 ms");
        assertThat(Sentences.time(Duration.ofNanos(1_450_000))).isEqualTo("1.4 ms");
        assertThat(Sentences.time(ms(340))).isEqualTo("340 ms");
        assertThat(Sentences.time(ms(1_320))).isEqualTo("1.32 s");
        assertThat(Sentences.time(ms(61_005))).isEqualTo("61.00 s");
    }
}
