package io.ebbtide.jetty;

import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** The thread pools that every behaviour is tested on. */
enum Pool {
    /** Jetty's own work on platform threads, handlers on virtual ones. */
    VIRTUAL_HANDLERS {
        @Override
        ThreadPool create() {
            QueuedThreadPool pool = new QueuedThreadPool();
            pool.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
            return pool;
        }
    },
    PLATFORM {
        @Override
        ThreadPool create() {
            return new QueuedThreadPool();
        }
    },
    ALL_VIRTUAL {
        @Override
        ThreadPool create() {
            return new VirtualThreadPool();
        }
    };

    abstract ThreadPool create();
}
