package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A web archive with our jars inside is deployed and undeployed in a running Tomcat, and nothing of it is left. */
@Tag("realtime")
@Timeout(120)
class RedeployTest {

    private static final String SWITCH = WebArchive.parameter(ShutdownInitializer.ENABLED, "true");

    /** Tomcat's own threads: one that has sent an answer may be on its way out of the application. */
    private static final String WORKER = "http-nio-";

    private final Tomcat tomcat = new Tomcat();
    private final TomcatLog log = TomcatLog.listen();

    @TempDir private Path home;

    @BeforeEach
    void startTomcat() throws Exception {
        QuietLog.begin();
        log.add("org.apache.catalina.loader.WebappClassLoaderBase");
        log.add("org.apache.catalina");
        tomcat.setBaseDir(home.toString());
        tomcat.setPort(0);
        tomcat.setAddDefaultWebXmlToWebapp(false);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getEngine().setBackgroundProcessorDelay(-1); // its threads visit applications, too
        tomcat.start();
    }

    @AfterEach
    void stopTomcat() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        log.close();
    }

    @Test
    void leavesNoClassLoaderNoThreadAndNoSignalHandler() throws Exception {
        Path shop = WebArchive.writeTo(home.resolve("shop"), SWITCH);
        List<String> handlers = SignalHandlers.present();

        for (int round = 0; round < 3; round++) {
            Left left = deployUseAndUndeploy(shop);

            assertThat(left.threads()).isEmpty();
            assertThat(left.isCollected()).isTrue();
        }

        assertThat(SignalHandlers.present()).isEqualTo(handlers);
        assertThat(complaints()).isEmpty();
    }

    @Test
    void wouldNoticeALeak() throws Exception {
        Path shop =
                WebArchive.writeTo(
                        home.resolve("shop"), SWITCH + WebArchive.parameter("leak", "thread"));

        Left left = deployUseAndUndeploy(shop);

        assertThat(left.threads()).contains("shop-leak");
        assertThat(complaints()).anyMatch(line -> line.contains("shop-leak"));
        left.endThreads();
        assertThat(left.isCollected()).isTrue();
    }

    @Test
    void findsNothingToDoInAnApplicationThatIsNotSwitchedOn() throws Exception {
        Path shop = WebArchive.writeTo(home.resolve("shop"), "");

        Context context = deploy(shop);

        assertThat(context.getServletContext().getAttribute(EbbtideServlets.SHUTDOWN)).isNull();
        assertThat(context.findFilterDefs())
                .extracting(FilterDef::getFilterClass)
                .doesNotContain(ShutdownFilter.class.getName());
    }

    /** {@return what Tomcat has found that the application left behind} */
    private List<String> complaints() {
        return log.warnings().stream()
                .filter(line -> line.contains("web application [shop]"))
                .filter(line -> !line.contains("thread named [" + WORKER))
                .toList();
    }

    private Context deploy(Path folder) {
        Context context =
                tomcat.addWebapp(tomcat.getHost(), "/shop", folder.toString(), new ContextConfig());
        ((StandardJarScanner) context.getJarScanner()).setScanManifest(/* scanManifest= */ false);
        return context;
    }

    private Left deployUseAndUndeploy(Path folder) throws Exception {
        Context context = deploy(folder);
        assertThat(context.getState()).isEqualTo(LifecycleState.STARTED);
        try (Client client = Client.connect(tomcat.getConnector().getLocalPort())) {
            assertThat(client.get("/shop/order").body()).isEqualTo("GET /shop/order");
            assertThat(client.get("/shop/ready").status()).isEqualTo(200);
        }
        ClassLoader loader = context.getLoader().getClassLoader();
        assertThat(context.getServletContext().getAttribute(EbbtideServlets.SHUTDOWN))
                .extracting(shutdown -> shutdown.getClass().getClassLoader())
                .isSameAs(loader);
        tomcat.getHost().removeChild(context);
        return Left.of(loader);
    }

    /** What is left of an application. */
    private record Left(WeakReference<ClassLoader> loader, List<Thread> alive) {

        static Left of(ClassLoader loader) {
            List<Thread> alive = new ArrayList<>(Thread.getAllStackTraces().keySet());
            alive.removeIf(thread -> !loader.equals(thread.getContextClassLoader()));
            alive.removeIf(thread -> thread.getName().startsWith(WORKER));
            return new Left(new WeakReference<>(loader), alive);
        }

        List<String> threads() {
            return alive.stream().map(Thread::getName).toList();
        }

        void endThreads() throws InterruptedException {
            for (Thread thread : alive) {
                thread.interrupt();
                thread.join();
            }
            alive.clear(); // a thread that has ended still knows its loader
        }

        boolean isCollected() {
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (loader.get() != null && System.nanoTime() - end < 0) {
                System.gc();
                Thread.onSpinWait();
            }
            return loader.get() == null;
        }
    }
}
