package io.ebbtide.servlet;

import io.ebbtide.ShutdownConfig;

/** Starts services in the container that a suite is about, and stops them after the test. */
interface Suite {

    default Service start(Routes routes) throws Exception {
        return start(Service.CONFIG, routes);
    }

    default Service start(ShutdownConfig config, Routes routes) throws Exception {
        return start(config, routes, ShutdownFilter::addTo);
    }

    Service start(ShutdownConfig config, Routes routes, Service.Registration registration)
            throws Exception;
}
