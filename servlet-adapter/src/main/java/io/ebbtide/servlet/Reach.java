package io.ebbtide.servlet;

/** What the filter knows of the dispatches that come through it. */
enum Reach {
    /** Somebody else mapped it, perhaps to first dispatches only. */
    UNKNOWN,
    /** Every dispatch of every request comes through it: it may ask for one. */
    EVERY_DISPATCH
}
