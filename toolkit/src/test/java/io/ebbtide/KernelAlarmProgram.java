package io.ebbtide;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Sets the kernel's alarm and does nothing, for {@link ExitTest}. */
final class KernelAlarmProgram {

    private KernelAlarmProgram() {}

    public static void main(String[] arguments) throws Exception {
        KernelAlarm.ringIn(Duration.ofMillis(50));
        KernelAlarm.silence();
        System.out.println("silenced");
        KernelAlarm.ringIn(Duration.ofMillis(200));
        KernelAlarm.rehearse(); // which does not silence it
        new CountDownLatch(1).await();
    }
}
