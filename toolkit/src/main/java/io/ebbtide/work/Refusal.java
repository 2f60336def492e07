package io.ebbtide.work;

/** Why work was not let in. Work that was refused never started, so trying it again elsewhere is safe. */
public enum Refusal implements Admission {
    /** The scope is draining or further, and the caller is not part of work that still runs in it. */
    SHUTTING_DOWN,
    /** As much work is in flight as the scope allows. */
    LIMIT_REACHED
}
