package io.hereabouts.bench;

import io.hereabouts.Fix;
import io.hereabouts.FixBatch;
import io.hereabouts.HereaboutsException;
import io.hereabouts.Minimizer;
import io.hereabouts.Outcome;
import io.hereabouts.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What one call costs, with the account in memory: a disk would hide what is measured here. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Calls {
    /** How many fixes cross together. */
    static final int BATCH = 1_000;

    private static final long START_MILLIS = 1_718_874_000_000L;

    /** Every second a release, for longer than any run. */
    private static final String POLICY = """
            version = 1

            [protection]
            radius_m = 200

            [[budget]]
            epsilon = 1000000
            window = "1h"

            [purposes.bench]
            mechanism = { kind = "planar-laplace", epsilon = 1 }
            repeat = { kind = "fresh" }
            grid = { kind = "h3", resolution = 7 }
            interval = "1s"
            time_bucket = "1h"

            [destinations.here]
            jurisdiction = "DE"
            operator = "The bench"
            """;

    private Minimizer minimizer;
    private Fix served;
    private FixBatch servedBatch;
    private long nextMillis;

    /** A minimizer whose tick is served. Each iteration has its own, since what is released is kept. */
    @Setup(Level.Iteration)
    public void open() throws HereaboutsException {
        try (Policy policy = Policy.fromToml(POLICY)) {
            minimizer = Minimizer.replaying(policy);
        }
        nextMillis = START_MILLIS;
        served = fix(nextMillis);
        servedBatch = batch(0);
        expect(Outcome.Released.class, minimizer.releaseBlocking(served, "bench", "here"));
        nextMillis += 1_000;
    }

    /** Closes what was opened. */
    @TearDown(Level.Iteration)
    public void close() {
        servedBatch.close();
        served.close();
        minimizer.close();
    }

    /** The call that is made most: nothing is due. */
    @Benchmark
    public Outcome notDue() throws HereaboutsException {
        return minimizer.releaseBlocking(served, "bench", "here");
    }

    /** A fix that is made, released, and closed. */
    @Benchmark
    public Outcome released() throws HereaboutsException {
        try (Fix fix = fix(nextMillis)) {
            nextMillis += 1_000;
            return minimizer.releaseBlocking(fix, "bench", "here");
        }
    }

    /** A thousand fixes for which nothing is due, one of them. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<Outcome> notDueBatch() throws HereaboutsException {
        return minimizer.releaseBatchBlocking(servedBatch, "bench", "here");
    }

    /** A thousand fixes that are handed over, released, and closed, one of them. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<Outcome> releasedBatch() throws HereaboutsException {
        try (FixBatch fixes = batch(1_000)) {
            return minimizer.releaseBatchBlocking(fixes, "bench", "here");
        }
    }

    private static Fix fix(long millis) throws HereaboutsException {
        return Fix.wgs84(52.0907, 5.1214, millis, 12.0);
    }

    /** The next fixes, so many milliseconds apart. */
    private FixBatch batch(long apartMillis) throws HereaboutsException {
        double[] latitudes = new double[BATCH];
        double[] longitudes = new double[BATCH];
        double[] accuracies = new double[BATCH];
        long[] times = new long[BATCH];
        Arrays.fill(latitudes, 52.0907);
        Arrays.fill(longitudes, 5.1214);
        Arrays.fill(accuracies, 12.0);
        for (int index = 0; index < BATCH; index++) {
            times[index] = nextMillis;
            nextMillis += apartMillis;
        }
        return FixBatch.wgs84(latitudes, longitudes, times, accuracies);
    }

    private static void expect(Class<? extends Outcome> kind, Outcome outcome) {
        if (!kind.isInstance(outcome)) {
            throw new IllegalStateException("the bench is not what it says: " + outcome);
        }
    }
}
