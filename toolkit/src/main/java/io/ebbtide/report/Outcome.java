package io.ebbtide.report;

import java.time.Duration;
import java.util.List;

/** How a step of a shutdown ended. */
public sealed interface Outcome {

    /** {@return whether the step did what it should} */
    default boolean isClean() {
        return this instanceof Completed;
    }

    /** It ended normally. */
    record Completed() implements Outcome {}

    /**
     * It had not ended when its time was up and was interrupted.
     *
     * @param allowed how much time it had: its own timeout, or what the budget had left for it
     * @param fate what became of it then
     * @param stack where it was when its time was up; empty if that could not be seen
     */
    record TimedOut(Duration allowed, Fate fate, List<StackTraceElement> stack) implements Outcome {
        /** Copies the stack. */
        public TimedOut {
            stack = List.copyOf(stack);
        }
    }

    /**
     * It threw.
     *
     * @param cause what it threw
     */
    record Failed(Throwable cause) implements Outcome {
        /** {@return how it failed, in words that are safe to log} */
        @Override
        public String toString() {
            return Sentences.outcome(this);
        }
    }
}
