package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.EventRequest;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** A debugger holds the thread that begins the shutdown, in the middle of it, with the lock that it has: the watchdog needs none. */
@Battery
class SuspendedThreadTest {

    private static final String AGENT =
            "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

    @Test
    void doesNotHoldUpTheWatchdog() throws Exception {
        try (ChildJvm child = ChildJvm.with(List.of(AGENT), HostileProgram.class, "clean")) {
            String listening = child.awaitLine("Listening for transport").lastLine();
            VirtualMachine debugged = attach(listening.replaceFirst(".*: *", ""));
            child.awaitLine("ready");
            breakAtTheBeginningOfARun(debugged);

            child.signal("TERM");
            awaitBreakpointOf("SIGTERM", debugged);
            ChildJvm.End end = child.end();

            assertThat(end.status()).as(end.toString()).isEqualTo(70);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines()).doesNotContain("db closed");
        }
    }

    private static VirtualMachine attach(String port) throws Exception {
        AttachingConnector socket =
                Bootstrap.virtualMachineManager().attachingConnectors().stream()
                        .filter(connector -> connector.name().equals("com.sun.jdi.SocketAttach"))
                        .findFirst()
                        .orElseThrow();
        Map<String, Connector.Argument> to = socket.defaultArguments();
        to.get("hostname").setValue("127.0.0.1");
        to.get("port").setValue(port.strip());
        return socket.attach(to);
    }

    /** A run is made under the lock that keeps it the only one. */
    private static void breakAtTheBeginningOfARun(VirtualMachine debugged) {
        String run = ShutdownRun.class.getName();
        while (debugged.classesByName(run).isEmpty()) {
            Thread.onSpinWait(); // the rehearsal has not come to it
        }
        Method constructor =
                debugged.classesByName(run).getFirst().methodsByName("<init>").getFirst();
        BreakpointRequest request =
                debugged.eventRequestManager().createBreakpointRequest(constructor.location());
        request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        request.enable();
    }

    private static void awaitBreakpointOf(String thread, VirtualMachine debugged)
            throws InterruptedException {
        while (true) {
            for (Event event : debugged.eventQueue().remove()) {
                if (event instanceof BreakpointEvent hit && hit.thread().name().contains(thread)) {
                    return;
                }
            }
        }
    }
}
