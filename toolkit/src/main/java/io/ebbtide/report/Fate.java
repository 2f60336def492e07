package io.ebbtide.report;

/** What became of something that had to be interrupted. */
public enum Fate {
    /** It ended within the grace that follows an interrupt. */
    INTERRUPTED,
    /** It was still running after the grace; the shutdown went on without it. */
    ABANDONED
}
