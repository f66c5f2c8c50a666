import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hereabouts.Fix;
import io.hereabouts.FixBatch;
import io.hereabouts.HereaboutsException;
import io.hereabouts.Minimizer;
import io.hereabouts.Outcome;
import io.hereabouts.Policy;
import io.hereabouts.PolicyBuilder;
import io.hereabouts.testing.Rehearsal;
import io.hereabouts.testing.RehearsalOptions;
import io.hereabouts.testing.SeededMinimizers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LibraryTest {
    private static final long MIDNIGHT = 1_718_841_600_000L;

    @Test
    void theShippedLibraryComesLastIfAtAll() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        int testing = classPath.indexOf("hereabouts-testing-"), jvm = classPath.indexOf("hereabouts-jvm-");
        assertTrue(jvm < 0 ? !Boolean.getBoolean("expects.jvm") : testing < jvm, classPath);
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
        try (Policy policy = policy();
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

    private static Policy policy() throws HereaboutsException {
        return new PolicyBuilder(200.0)
                .budget(8.0, 86_400)
                .purpose("weather", purpose -> purpose.planarLaplace(1.2).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(3_600))
                .destination("eu", "DE", "Example Weather GmbH")
                .build();
    }

    private static String released(long seed) throws HereaboutsException {
        try (Policy policy = policy();
                Minimizer minimizer = SeededMinimizers.replaying(policy, seed);
                Fix fix = Fix.wgs84(52.0907, 5.1214, MIDNIGHT)) {
            return ((Outcome.Released) minimizer.releaseBlocking(fix, "weather", "eu")).getRelease().getJson();
        }
    }
}
