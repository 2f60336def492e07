package io.ebbtide.work;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;

import javax.management.JMException;
import javax.management.ObjectName;

/** What the objects of a class take up after a full collection, counted by the JVM itself. */
record Heap(long instances, long bytes) {

    /** Source: the lines of {@code jcmd GC.class_histogram}: number, instances, bytes, class. */
    static Heap of(Class<?> type) throws JMException {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> Arrays.asList(words).contains(type.getName()))
                .map(words -> new Heap(Long.parseLong(words[1]), Long.parseLong(words[2])))
                .findFirst()
                .orElse(new Heap(0, 0));
    }

    /**
     * {@return how many objects of a class there are} Looks again and again while there are more than {@code known}, for up
     * to half a minute: a thread that is on its way out may hold them for a moment longer.
     */
    static long instances(Class<?> type, long known) throws JMException {
        Deadline patience = Deadline.in(Duration.ofSeconds(30), TimeSource.system());
        long instances = of(type).instances();
        while (instances > known && !patience.isPassed()) {
            instances = of(type).instances();
        }
        return instances;
    }
}
