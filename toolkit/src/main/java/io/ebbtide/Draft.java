package io.ebbtide;

import java.time.Duration;

/** A configuration that is being changed: one value is set, the others are as they were. */
final class Draft {

    Duration gracefulTimeout;
    Duration lameDuck;
    Duration lameDuckQuiet;
    Duration drainTimeout;
    Duration interruptGrace;
    Duration resourceCloseTimeout;
    Duration flushReserve;
    int maxInFlightRequests;
    Duration progressInterval;
    boolean raiseOnError;
    boolean forceAfterTimeout;
    ShutdownConfig.RepeatedSignals repeatedSignals;
    ExitStatuses exitStatuses;
    boolean kernelAlarm;

    Draft(ShutdownConfig config) {
        gracefulTimeout = config.gracefulTimeout();
        lameDuck = config.lameDuck();
        lameDuckQuiet = config.lameDuckQuiet();
        drainTimeout = config.drainTimeout();
        interruptGrace = config.interruptGrace();
        resourceCloseTimeout = config.resourceCloseTimeout();
        flushReserve = config.flushReserve();
        maxInFlightRequests = config.maxInFlightRequests();
        progressInterval = config.progressInterval();
        raiseOnError = config.raiseOnError();
        forceAfterTimeout = config.forceAfterTimeout();
        repeatedSignals = config.repeatedSignals();
        exitStatuses = config.exitStatuses();
        kernelAlarm = config.kernelAlarm();
    }

    /** {@return the configuration, each value checked by itself} */
    ShutdownConfig config() {
        return new ShutdownConfig(
                gracefulTimeout,
                lameDuck,
                lameDuckQuiet,
                drainTimeout,
                interruptGrace,
                resourceCloseTimeout,
                flushReserve,
                maxInFlightRequests,
                progressInterval,
                raiseOnError,
                forceAfterTimeout,
                repeatedSignals,
                exitStatuses,
                kernelAlarm);
    }
}
