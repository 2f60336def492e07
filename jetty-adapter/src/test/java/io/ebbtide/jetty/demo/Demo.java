package io.ebbtide.jetty.demo;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * The demonstration: a real order service under real load gets SIGTERM, and nobody is lost.
 *
 * <p>Ends with status 0 if every line of the account holds, with 1 if one does not, and with 2 if
 * the run could not be made at all.
 */
final class Demo {

    private static final int ROUNDS = 3;

    private final Narrator narrator;

    private Demo(Narrator narrator) {
        this.narrator = narrator;
    }

    /** Runs the demonstration and ends the process. */
    public static void main(String[] arguments) {
        Narrator narrator = new Narrator(System.out);
        try {
            System.exit(new Demo(narrator).run());
        } catch (IOException | StartException | TimeoutException e) {
            narrator.print("\nThe demo could not run: " + e.getMessage());
        } catch (Exception e) {
            narrator.print("\nThe demo broke off: " + e);
            e.printStackTrace(System.out);
        }
        System.exit(2);
    }

    private int run() throws Exception {
        narrator.print("\nAn order service under load gets SIGTERM. Nobody may be lost.\n");
        try (TemporaryFolder folder = TemporaryFolder.create();
                RedisProcess redis = RedisProcess.start(folder.resolve("redis"))) {
            leaveNothingBehind(folder);
            narrator.tell("a real Redis listens on 127.0.0.1:" + redis.port());
            DemoRun run = DemoRun.play(redis, folder.path(), narrator);
            narrator.print("\n" + run.text() + "\n");
            IdleRace race = IdleRace.run(ROUNDS, redis, folder.path());
            narrator.print(race.text() + "\n");
            return conclude(run.account().failures());
        }
    }

    /** For a demo that is itself stopped in the middle, with Ctrl-C for example. */
    private static void leaveNothingBehind(TemporaryFolder folder) {
        Thread cleaner =
                new Thread(
                        () -> {
                            ProcessHandle.current()
                                    .children()
                                    .forEach(ProcessHandle::destroyForcibly);
                            folder.close();
                        });
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    private int conclude(List<AccountLine> failures) {
        if (failures.isEmpty()) {
            narrator.print("Nobody was lost. %.1f s in all.".formatted(narrator.seconds()));
            return 0;
        }
        narrator.print("THE ACCOUNT DOES NOT HOLD:");
        failures.forEach(line -> narrator.print(line.text()));
        return 1;
    }
}
