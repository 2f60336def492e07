package io.ebbtide.work;

import java.util.List;

/** Whom a scope has been given to: its executor, or its background tasks. */
interface Tenant {

    /**
     * The scope is not what it was: called whenever it has moved on, and at once if it is not open any more, by the thread
     * that moves it, outside any lock, before work inside is told or interrupted. May be called twice for one move, must be
     * quick and must not throw.
     */
    void scopeMoved();

    /** {@return what was accepted and has not started, each once; none of it starts any more} */
    List<Unstarted> handBack();
}
