package io.ebbtide;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Sets the kernel's alarm and does nothing, for {@link ExitTest}. */
final class KernelAlarmProgram {

    private KernelAlarmProgram() {}

    public static void main(String[] arguments) throws Exception {
        KernelAlarm.silence();
        KernelAlarm.ringIn(Duration.ofMillis(200));
        new CountDownLatch(1).await();
    }
}
