package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Where a scope stands in its tree. Reading is safe from any thread; whoever adds or removes holds the tree's lock.
 */
final class Branch {

    private final String name;
    private final Scope scope;
    private final @Nullable Branch above;
    private final List<Branch> below = new CopyOnWriteArrayList<>();

    Branch(String name, Scope scope, @Nullable Branch above) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: a scope's name must not be blank");
        }
        this.name = name;
        this.scope = scope;
        this.above = above;
    }

    String name() {
        return name;
    }

    /** {@return the names from the root down to this, such as {@code /work/requests}} */
    String path() {
        return (above == null ? "" : above.path()) + "/" + name;
    }

    void add(Branch child) {
        below.add(child);
    }

    /** {@return the scope that this one was taken from; null if it had none, or was taken out before} */
    @Nullable Scope removeFromAbove() {
        return above != null && above.below.remove(this) ? above.scope : null;
    }

    boolean isWithin(Branch outer) {
        for (Branch branch = this; branch != null; branch = branch.above) {
            if (branch == outer) {
                return true;
            }
        }
        return false;
    }

    /** Does something with this scope and each below it. */
    void each(Consumer<Scope> action) {
        action.accept(scope);
        below.forEach(child -> child.each(action));
    }

    long sum(ToLongFunction<Scope> count) {
        long sum = count.applyAsLong(scope);
        for (Branch child : below) {
            sum += child.sum(count);
        }
        return sum;
    }

    /** {@return the latest of the instants that this scope and those below it give} */
    long latest(ToLongFunction<Scope> instant) {
        long latest = instant.applyAsLong(scope);
        for (Branch child : below) {
            latest = Gate.later(latest, child.latest(instant));
        }
        return latest;
    }
}
