package io.ebbtide.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Figures of one kind, one for each round. */
final class Sample {

    private final List<Double> figures = new ArrayList<>();

    void add(double figure) {
        figures.add(figure);
    }

    void addAll(Sample others) {
        figures.addAll(others.figures);
    }

    double median() {
        return quantile(0.5);
    }

    /** {@return the figure that the share {@code q} of all is not above} */
    private double quantile(double q) {
        List<Double> sorted = new ArrayList<>(figures);
        Collections.sort(sorted);
        double at = q * (sorted.size() - 1);
        double below = sorted.get((int) Math.floor(at));
        double above = sorted.get((int) Math.ceil(at));
        return below + (above - below) * (at - Math.floor(at));
    }

    /** {@return median, quartiles, least and most} */
    String text(String format) {
        return String.format(
                Locale.ROOT,
                "median @ (quartiles @ to @; @ to @; n = %d)".replace("@", format),
                median(),
                quantile(0.25),
                quantile(0.75),
                quantile(0),
                quantile(1),
                figures.size());
    }
}
