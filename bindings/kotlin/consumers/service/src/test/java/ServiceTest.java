import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hereabouts.Fix;
import io.hereabouts.FixBatch;
import io.hereabouts.HereaboutsException;
import io.hereabouts.Minimizer;
import io.hereabouts.Outcome;
import io.hereabouts.Policy;
import io.hereabouts.testing.Rehearsal;
import io.hereabouts.testing.RehearsalOptions;
import io.hereabouts.testing.SeededMinimizers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceTest {
    private static final long MIDNIGHT = 1_718_841_600_000L;

    @Test
    void theShippedLibraryComesFirst() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        int testing = classPath.indexOf("hereabouts-testing-"), jvm = classPath.indexOf("hereabouts-jvm-");
        assertTrue(jvm >= 0 && jvm < testing, classPath);
    }

    @Test
    void aRehearsalHoldsWhatThePolicyPromises() throws HereaboutsException {
        double[] latitudes = new double[8], longitudes = new double[8], accuracies = new double[8];
        long[] times = new long[8];
        Arrays.fill(latitudes, 52.0907);
        Arrays.fill(longitudes, 5.1214);
        Arrays.fill(accuracies, Double.NaN);
        Arrays.setAll(times, hour -> MIDNIGHT + 3_600_000L * hour);
        RehearsalOptions options = new RehearsalOptions(List.of("weather"), List.of("eu"), 2, 2, 1);
        try (Policy policy = Service.policy();
                FixBatch night = FixBatch.wgs84(latitudes, longitudes, times, accuracies);
                Rehearsal rehearsal = Rehearsal.run(policy, night, options)) {
            rehearsal.assertSpendsAtMost(8.1, 86_400);
            rehearsal.assertOnlyFields(Rehearsal.placeAndTime());
        }
    }

    /** Only the library of tests repeats its noise. */
    @Test
    void noiseRepeatsWithItsSeed() throws HereaboutsException {
        assertEquals(released(7), released(7));
    }

    private static String released(long seed) throws HereaboutsException {
        try (Policy policy = Service.policy();
                Minimizer minimizer = SeededMinimizers.replaying(policy, seed);
                Fix fix = Fix.wgs84(52.0907, 5.1214, MIDNIGHT)) {
            return ((Outcome.Released) minimizer.releaseBlocking(fix, "weather", "eu")).getRelease().getJson();
        }
    }
}
