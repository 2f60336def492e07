package io.ebbtide.servlet;

import io.ebbtide.ShutdownConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the filter does, the same in every container. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class ShutdownFilterContract
        implements RequestContract,
                DrainContract,
                ErrorContract,
                AsyncContract,
                StragglerContract,
                AsyncStragglerContract,
                ContainerStopContract {

    private final Container.Factory containers;
    private final List<Service> services = new ArrayList<>();

    ShutdownFilterContract(Container.Factory containers) {
        this.containers = containers;
    }

    @Override
    public Service start(ShutdownConfig config, Routes routes, Service.Registration registration)
            throws Exception {
        Service service = new Service(containers, config, routes, registration);
        services.add(service);
        return service;
    }

    @AfterEach
    void stopServices() throws Exception {
        for (Service service : services) {
            service.stop();
        }
    }
}
