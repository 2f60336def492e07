package io.ebbtide.architecture.wrong.work;

import io.ebbtide.architecture.wrong.report.Fact;

/** Points sideways. */
public record KnowsReport(Fact fact) {}
