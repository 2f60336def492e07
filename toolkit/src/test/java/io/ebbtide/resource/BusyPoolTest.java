package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;

import io.ebbtide.report.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import javax.management.ObjectName;

/** A pool that is closed while others use it, fill it, or have only begun to. */
@Tag("realtime")
@Timeout(60)
class BusyPoolTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(400);

    /** A quarter of it is for being rough, and a busy machine needs that. */
    private static final Duration WITH_ROOM = Duration.ofSeconds(4);

    private static final Outcome COMPLETED = new Outcome.Completed();

    private final CountDownLatch connecting = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private StubDriver driver;

    @AfterEach
    void deregister() throws Exception {
        answers.countDown();
        if (driver != null) {
            driver.close();
        }
    }

    private static Outcome close(Duration timeout, HikariDataSource pool) {
        return Closed.one(timeout, Resource.from("db", ResourceType.DATABASE, pool));
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon(true).start(task);
        return task;
    }

    private void awaitAnswer() {
        connecting.countDown();
        while (answers.getCount() > 0) {
            try {
                answers.await();
            } catch (InterruptedException deaf) {
                assertThat(Thread.currentThread().isAlive()).isTrue();
            }
        }
    }

    private static boolean isClosingBlocked() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(
                        thread ->
                                thread.getName().equals("shutdown-close-pool")
                                        && thread.getState() == Thread.State.BLOCKED);
    }

    private static void awaitClosingThreads() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("shutdown-close-pool")) {
                thread.join();
            }
        }
    }

    @Test
    void refusesItsUsersWithASqlExceptionHoweverManyCloseIt() throws Exception {
        driver = new StubDriver("jdbc:stub:busy", () -> {}, () -> {});
        HikariDataSource pool = driver.pool("busy", 4);
        CountDownLatch used = new CountDownLatch(200);
        List<FutureTask<Void>> users = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            users.add(
                    start(
                            () -> {
                                while (true) {
                                    try (Connection _ = pool.getConnection()) {
                                        used.countDown();
                                    }
                                }
                            }));
        }
        used.await();

        FutureTask<Outcome> ours = start(() -> close(LONG, pool));
        FutureTask<Void> theirs =
                start(
                        () -> {
                            pool.close();
                            return null;
                        });

        // completed, or failed with a line about those who had just borrowed again
        assertThat(ours.get()).isNotInstanceOf(Outcome.TimedOut.class);
        theirs.get();
        for (FutureTask<Void> user : users) {
            assertThatThrownBy(user::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SQLException.class);
        }
        assertThat(driver.open()).isZero();
    }

    @Test
    void leaksNothingThatIsOpenedWhileItCloses() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        driver =
                new StubDriver(
                        "jdbc:stub:slow",
                        () -> {
                            if (first.getCount() == 0) {
                                awaitAnswer();
                            }
                            first.countDown();
                        },
                        () -> {});
        HikariDataSource pool = driver.pool("slow", 3);
        pool.getConnection().close();
        connecting.await(); // the pool fills itself

        Outcome outcome = close(SHORT, pool);

        assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
        answers.countDown();
        awaitClosingThreads();
        assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isZero();
        assertThat(driver.open()).isZero();
    }

    @Test
    void leaksNothingWhenItIsClosedWithinItsFirstUse() throws Exception {
        driver = new StubDriver("jdbc:stub:first", this::awaitAnswer, () -> {});
        HikariDataSource pool = driver.pool("first", 1);
        FutureTask<Void> user =
                start(
                        () -> {
                            pool.getConnection().close();
                            return null;
                        });
        connecting.await();

        FutureTask<Outcome> closing = start(() -> close(LONG, pool));
        while (!isClosingBlocked()) {
            Thread.onSpinWait();
        }
        answers.countDown();

        assertThat(closing.get()).isEqualTo(COMPLETED);
        awaitEnd(user);
        assertThat(pool.isClosed()).isTrue();
        assertThat(driver.open()).isZero();
    }

    /** It may just have got its connection, or not any more. */
    private static void awaitEnd(FutureTask<Void> user) throws InterruptedException {
        try {
            assertThat(user.get()).isNull();
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(SQLException.class);
        }
    }

    @Test
    void isForgottenByTheManagementServerAlsoIfItsCloseHasAFault() throws Exception {
        driver = new StubDriver("jdbc:stub:managed", () -> {}, () -> {});
        HikariDataSource pool = driver.pool("managed", 1);
        pool.setRegisterMbeans(true);
        ObjectName name = new ObjectName("com.zaxxer.hikari:type=Pool (managed)");
        try (Connection leaked = pool.getConnection()) {
            assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isTrue();

            assertThat(close(WITH_ROOM, pool)).isInstanceOf(Outcome.Failed.class);

            assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isFalse();
            assertThat(leaked).isNotNull();
        }
    }
}
