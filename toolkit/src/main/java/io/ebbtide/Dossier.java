package io.ebbtide;

import io.ebbtide.report.SafeText;
import io.ebbtide.work.Permit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is stuck in a process that is about to be halted, on standard error. */
record Dossier(Parts parts) {

    /** Printing more than the first of them would take longer than there is time. */
    private static final int MOST = 100;

    void print(String why, int status) {
        System.err.println("ebbtide: " + why + "; halting it with status " + status);
        List<Permit> running = new ArrayList<>(parts.work().running());
        running.addAll(parts.untilDrained().scope().running());
        running.addAll(parts.steps().running());
        for (Permit permit : running.subList(0, Math.min(MOST, running.size()))) {
            System.err.println(
                    "ebbtide: still running: "
                            + SafeText.of(permit.name())
                            + ", for "
                            + permit.age());
        }
        for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
            if (isOfInterest(entry.getKey())) {
                print(entry.getKey(), entry.getValue());
            }
        }
    }

    private static boolean isOfInterest(Thread thread) {
        return !thread.isDaemon() || thread.getName().startsWith("shutdown-");
    }

    private static void print(Thread thread, StackTraceElement[] stack) {
        System.err.println(
                "ebbtide: thread " + SafeText.of(thread.getName()) + " " + thread.getState());
        for (StackTraceElement frame : stack) {
            System.err.println("    at " + frame);
        }
    }
}
