import io.hereabouts.ClockReading;
import io.hereabouts.Fix;
import io.hereabouts.HereaboutsException;
import io.hereabouts.Minimizer;
import io.hereabouts.Outcome;
import io.hereabouts.Policy;
import io.hereabouts.PolicyBuilder;

/** One release, and a word about it. */
public final class Service {
    private static final long NINE = 1_718_874_000_000L;

    private Service() {}

    static Policy policy() throws HereaboutsException {
        return new PolicyBuilder(200.0)
                .budget(8.0, 86_400)
                .purpose("weather", purpose -> purpose.planarLaplace(1.2).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(3_600))
                .destination("eu", "DE", "Example Weather GmbH")
                .build();
    }

    public static void main(String[] arguments) throws HereaboutsException {
        try (Policy policy = policy();
                Minimizer minimizer = Minimizer.inMemory(policy, () -> new ClockReading(NINE));
                Fix fix = Fix.wgs84(52.0907, 5.1214, NINE)) {
            if (minimizer.releaseBlocking(fix, "weather", "eu") instanceof Outcome.Released released) {
                System.out.println("released on the grid " + released.getRelease().getGrid());
            }
        }
    }
}
