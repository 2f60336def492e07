package io.ebbtide.work;

import java.time.Duration;

/** A scope with a busy child, on a time that the test moves. */
abstract class OnAnOpenScope {

    final FakeTime time = new FakeTime();
    final Scope work = Scope.open("work", time);
    final Scope requests = work.busyChild("requests", Integer.MAX_VALUE);

    final Permit enter(String name) {
        return (Permit) requests.enter(name);
    }

    final Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }
}
