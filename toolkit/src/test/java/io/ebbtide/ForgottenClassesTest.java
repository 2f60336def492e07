package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.work.ShutdownAwareExecutor;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** An application that is undeployed takes Ebbtide along: nothing static, no thread keeps its classes. */
@Tag("realtime")
@Timeout(60)
class ForgottenClassesTest {

    /** What an application does between its start and its end. */
    public static class Application implements Runnable {

        /** For the loader. */
        public Application() {}

        @Override
        public void run() {
            StructuredShutdown shutdown =
                    StructuredShutdown.open(config -> config.withLameDuck(Duration.ZERO));
            prepare(shutdown);
            ShutdownAwareExecutor executor = shutdown.executor("tasks");
            executor.execute(() -> {});
            ScheduledFuture<?> _ = executor.schedule(() -> {}, 1, TimeUnit.DAYS);
            shutdown.backgroundTasks()
                    .start("poller", context -> context.await(Duration.ofDays(1)));
            shutdown.close();
        }

        /** Nothing here. */
        void prepare(StructuredShutdown shutdown) {}
    }

    /** One that leaves nothing to its host, and gives it back. */
    public static final class SignalledApplication extends Application {

        /** For the loader. */
        public SignalledApplication() {}

        @Override
        void prepare(StructuredShutdown shutdown) {
            shutdown.handleSignals();
            while (Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals("shutdown-rehearsal-1"))) {
                Thread.onSpinWait(); // it loads classes, which a closed loader does not give
            }
        }
    }

    private static WeakReference<ClassLoader> deployAndUndeploy(Class<?> type) throws Exception {
        URL[] classes = {
            StructuredShutdown.class.getProtectionDomain().getCodeSource().getLocation(),
            Application.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (URLClassLoader loader =
                new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            Class<?> application = loader.loadClass(type.getName());
            Runnable deployed = (Runnable) application.getConstructor().newInstance();
            deployed.run();
            return new WeakReference<>(loader);
        }
    }

    @Test
    void areCollectedOnceTheShutdownIsOver() throws Exception {
        awaitCollection(deployAndUndeploy(Application.class));
    }

    @Test
    void areCollectedAlsoIfSignalsWereHandled() throws Exception {
        awaitCollection(deployAndUndeploy(SignalledApplication.class));
    }

    private static void awaitCollection(WeakReference<ClassLoader> loader) {

        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (loader.get() != null && System.nanoTime() - end < 0) {
            System.gc();
            Thread.onSpinWait();
        }

        assertThat(loader.get()).isNull();
    }
}
