package io.ebbtide.work;

import java.util.concurrent.ThreadFactory;

/** What kind of threads a test runs on. */
enum Threads {
    PLATFORM {
        @Override
        ThreadFactory factory() {
            return Thread.ofPlatform().daemon().factory();
        }
    },
    VIRTUAL {
        @Override
        ThreadFactory factory() {
            return Thread.ofVirtual().factory();
        }
    };

    abstract ThreadFactory factory();
}
