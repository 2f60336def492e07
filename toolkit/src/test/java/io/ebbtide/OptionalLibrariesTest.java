package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.resource.ResourceType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** HikariCP and Jedis need not be there. */
@Timeout(60)
class OptionalLibrariesTest {

    /** What an application does that has never heard of them. */
    public static final class Application implements Callable<String> {

        private final AtomicInteger closed = new AtomicInteger();

        /** For the loader. */
        public Application() {}

        /** A resource of its own type. */
        private final class Index implements AutoCloseable {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }

        @Override
        public String call() throws Exception {
            ExecutorService executor = Executors.newSingleThreadExecutor();
            try (StructuredShutdown shutdown = StructuredShutdown.open()) {
                shutdown.register("index", ResourceType.CUSTOM, new Index())
                        .register("lambda", ResourceType.CUSTOM, closed::incrementAndGet)
                        .register("executor", ResourceType.EXECUTOR, executor);
            }
            return closed + " closed, executor: " + executor.isTerminated();
        }
    }

    @Test
    void areNotMissed() throws Exception {
        URL[] classes = {
            StructuredShutdown.class.getProtectionDomain().getCodeSource().getLocation(),
            Application.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (URLClassLoader loader =
                new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            Callable<?> application =
                    (Callable<?>)
                            loader.loadClass(Application.class.getName())
                                    .getConstructor()
                                    .newInstance();

            assertThat(application.call()).isEqualTo("2 closed, executor: true");
        }
    }
}
