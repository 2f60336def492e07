package io.ebbtide.benchmarks;

import org.openjdk.jmh.annotations.Threads;

/**
 * What does it cost a request to enter a scope and to leave it, while another core does the same?
 */
@Threads(2)
public class EnterLeaveTogetherBenchmark extends EnterLeaveBenchmark {}
