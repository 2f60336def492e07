package io.ebbtide;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of a shutdown. Each value is checked when it is set; the arithmetic of the budget is checked as a whole
 * when the shutdown is opened, so that the order of the {@code with…} calls does not matter.
 *
 * <pre>{@code
 * StructuredShutdown.open(c -> c.withGracefulTimeout(ofSeconds(25)).withDrainTimeout(ofSeconds(15)))
 * }</pre>
 *
 * <p><b>Arithmetic.</b> {@code gracefulTimeout} must have room for {@code lameDuck}, {@code drainTimeout}, three times
 * {@code interruptGrace} (for answering stragglers, for their end, for cutting them) and {@code flushReserve}. Hooks and
 * closes have what is left over, and what others have not used: 16.5 s by default if work has to be forced. Where the sum
 * is the whole they may have nothing then.
 *
 * <p>Durations may be as long as they like; beyond 146 years none ends.
 *
 * @param gracefulTimeout the whole budget, all phases together; more than zero
 * @param lameDuck how long to serve on at most after readiness went off; zero to skip it
 * @param lameDuckQuiet a spell without any request that ends the lame-duck time early; at most {@code lameDuck}
 * @param drainTimeout how long work in flight is waited for; zero not to wait
 * @param interruptGrace how long interrupted work may take to end
 * @param resourceCloseTimeout how long a hook, or the closing of one resource, may take; more than zero
 * @param flushReserve what is kept of the budget for flushing and the report
 * @param maxInFlightRequests how many requests may be in flight at once, at least 1; {@link Integer#MAX_VALUE} for any
 *     number
 * @param progressInterval how often progress is reported while something is waited for; more than zero
 * @param raiseOnError whether the blocking call throws when the result is not clean
 * @param forceAfterTimeout whether work is interrupted at the drain deadline, and a close at its timeout; if not, they
 *     are waited for until the end of the budget
 * @param repeatedSignals what a second and a third signal do
 * @param exitStatuses what the process tells whoever started it
 * @param kernelAlarm whether the kernel ends a process that even the watchdog cannot end: on Linux, and where native
 *     access is enabled for this module
 */
public record ShutdownConfig(
        Duration gracefulTimeout,
        Duration lameDuck,
        Duration lameDuckQuiet,
        Duration drainTimeout,
        Duration interruptGrace,
        Duration resourceCloseTimeout,
        Duration flushReserve,
        int maxInFlightRequests,
        Duration progressInterval,
        boolean raiseOnError,
        boolean forceAfterTimeout,
        RepeatedSignals repeatedSignals,
        ExitStatuses exitStatuses,
        boolean kernelAlarm) {

    /** What signals do that arrive while a shutdown runs. */
    public enum RepeatedSignals {
        /** The second cuts all waiting to {@code interruptGrace}; the third halts the process. */
        ESCALATE,
        /** They join the shutdown that runs. */
        JOIN
    }

    /**
     * Checks each value by itself.
     *
     * @throws IllegalArgumentException if one is out of range; it names the option, the value and what is allowed
     */
    public ShutdownConfig {
        Objects.requireNonNull(repeatedSignals, "repeatedSignals");
        Objects.requireNonNull(exitStatuses, "exitStatuses");
        ensurePositive("gracefulTimeout", gracefulTimeout);
        ensureNotNegative("lameDuck", lameDuck);
        ensureNotNegative("lameDuckQuiet", lameDuckQuiet);
        ensureNotNegative("drainTimeout", drainTimeout);
        ensureNotNegative("interruptGrace", interruptGrace);
        ensurePositive("resourceCloseTimeout", resourceCloseTimeout);
        ensureNotNegative("flushReserve", flushReserve);
        ensurePositive("progressInterval", progressInterval);
        if (maxInFlightRequests < 1) {
            throw new IllegalArgumentException(
                    "maxInFlightRequests: " + maxInFlightRequests + "; allowed is 1 or more");
        }
    }

    /** {@return the settings that suit a service behind a load balancer, with a lame-duck time of one second} */
    public static ShutdownConfig defaults() {
        return new ShutdownConfig(
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Integer.MAX_VALUE,
                Duration.ofMillis(500),
                false,
                true,
                RepeatedSignals.ESCALATE,
                ExitStatuses.defaults(),
                false);
    }

    /**
     * {@return the defaults, changed by environment variables such as {@code EBBTIDE_DRAIN_TIMEOUT} and, with more weight,
     * system properties such as {@code ebbtide.drain-timeout}}
     *
     * <p>Durations are written {@code 10s}, {@code 500ms}, {@code 2m} or in ISO-8601 ({@code PT10S}). In Kubernetes the
     * lame-duck time is five seconds unless it is set, or as much of them as the budget has room for.
     *
     * @throws IllegalArgumentException if a value cannot be read; it names the variable, the value and what is allowed
     */
    public static ShutdownConfig fromEnvironment() {
        ConfigSource source = ConfigSource.ofProcess();
        return source.over(source.base());
    }

    /**
     * {@return these settings, changed by options as operators write them: {@code drain-timeout=10s}, under the names of the
     * system properties, without {@code ebbtide.}}
     *
     * @throws IllegalArgumentException if a name is unknown or a value cannot be read, naming both and what is allowed; or if
     *     the parts do not fit into the whole
     */
    public ShutdownConfig withOptions(Map<String, String> options) {
        return ConfigSource.apply(options, this);
    }

    /** {@return these settings with another whole budget} */
    public ShutdownConfig withGracefulTimeout(Duration gracefulTimeout) {
        Draft draft = new Draft(this);
        draft.gracefulTimeout = gracefulTimeout;
        return draft.config();
    }

    /** {@return these settings with another cap on the lame-duck time} */
    public ShutdownConfig withLameDuck(Duration lameDuck) {
        Draft draft = new Draft(this);
        draft.lameDuck = lameDuck;
        return draft.config();
    }

    /** {@return these settings with another quiet spell} */
    public ShutdownConfig withLameDuckQuiet(Duration lameDuckQuiet) {
        Draft draft = new Draft(this);
        draft.lameDuckQuiet = lameDuckQuiet;
        return draft.config();
    }

    /** {@return these settings with another drain timeout} */
    public ShutdownConfig withDrainTimeout(Duration drainTimeout) {
        Draft draft = new Draft(this);
        draft.drainTimeout = drainTimeout;
        return draft.config();
    }

    /** {@return these settings with another grace after interrupts} */
    public ShutdownConfig withInterruptGrace(Duration interruptGrace) {
        Draft draft = new Draft(this);
        draft.interruptGrace = interruptGrace;
        return draft.config();
    }

    /** {@return these settings with another timeout for hooks and closes} */
    public ShutdownConfig withResourceCloseTimeout(Duration resourceCloseTimeout) {
        Draft draft = new Draft(this);
        draft.resourceCloseTimeout = resourceCloseTimeout;
        return draft.config();
    }

    /** {@return these settings with another reserve for flushing} */
    public ShutdownConfig withFlushReserve(Duration flushReserve) {
        Draft draft = new Draft(this);
        draft.flushReserve = flushReserve;
        return draft.config();
    }

    /** {@return these settings with another limit of requests in flight} */
    public ShutdownConfig withMaxInFlightRequests(int maxInFlightRequests) {
        Draft draft = new Draft(this);
        draft.maxInFlightRequests = maxInFlightRequests;
        return draft.config();
    }

    /** {@return these settings with another progress interval} */
    public ShutdownConfig withProgressInterval(Duration progressInterval) {
        Draft draft = new Draft(this);
        draft.progressInterval = progressInterval;
        return draft.config();
    }

    /** {@return these settings with another choice about throwing} */
    public ShutdownConfig withRaiseOnError(boolean raiseOnError) {
        Draft draft = new Draft(this);
        draft.raiseOnError = raiseOnError;
        return draft.config();
    }

    /** {@return these settings with another choice about forcing} */
    public ShutdownConfig withForceAfterTimeout(boolean forceAfterTimeout) {
        Draft draft = new Draft(this);
        draft.forceAfterTimeout = forceAfterTimeout;
        return draft.config();
    }

    /** {@return these settings with another meaning of repeated signals} */
    public ShutdownConfig withRepeatedSignals(RepeatedSignals repeatedSignals) {
        Draft draft = new Draft(this);
        draft.repeatedSignals = repeatedSignals;
        return draft.config();
    }

    /** {@return these settings with other exit statuses} */
    public ShutdownConfig withExitStatuses(ExitStatuses exitStatuses) {
        Draft draft = new Draft(this);
        draft.exitStatuses = exitStatuses;
        return draft.config();
    }

    /** {@return these settings with another choice about the kernel's alarm} */
    public ShutdownConfig withKernelAlarm(boolean kernelAlarm) {
        Draft draft = new Draft(this);
        draft.kernelAlarm = kernelAlarm;
        return draft.config();
    }

    /**
     * Checks that the parts fit into the whole.
     *
     * @throws IllegalArgumentException if they do not, with the sum
     */
    ShutdownConfig ensureFits() {
        return new Budget(this).ensureFits();
    }

    private static void ensurePositive(String option, Duration value) {
        if (!Objects.requireNonNull(value, option).isPositive()) {
            throw new IllegalArgumentException(
                    option + ": " + value + "; allowed is more than zero");
        }
    }

    private static void ensureNotNegative(String option, Duration value) {
        if (Objects.requireNonNull(value, option).isNegative()) {
            throw new IllegalArgumentException(
                    option + ": " + value + " is negative; allowed is zero or more");
        }
    }
}
