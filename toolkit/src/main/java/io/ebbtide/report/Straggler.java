package io.ebbtide.report;

import java.time.Duration;
import java.util.List;

/**
 * Work that was still running at the drain deadline, as it was at that moment.
 *
 * @param name what the work is called, such as {@code GET /orders/42}
 * @param scope where it ran, such as {@code /work/requests}
 * @param age how long it had been running
 * @param thread the thread inside, by name or id; empty if it was waiting without one
 * @param stack where that thread was, innermost first; empty if there was none, or if there were too many stragglers to
 *     ask them all
 * @param detail what its peer says of it, such as bytes written; may be empty
 * @param fate what became of it
 */
public record Straggler(
        String name,
        String scope,
        Duration age,
        String thread,
        List<StackTraceElement> stack,
        String detail,
        Fate fate) {

    /** Copies the stack. */
    public Straggler {
        stack = List.copyOf(stack);
    }

    /** {@return the same straggler with what its peer says} */
    public Straggler withDetail(String detail) {
        return new Straggler(name, scope, age, thread, stack, detail, fate);
    }

    /** {@return the same straggler with a fate that has become known} */
    public Straggler withFate(Fate fate) {
        return new Straggler(name, scope, age, thread, stack, detail, fate);
    }

    /** {@return one line, safe to log} */
    @Override
    public String toString() {
        return Sentences.straggler(this);
    }
}
