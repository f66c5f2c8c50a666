package io.hereabouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What a Java app writes: it compiles, and does the same. */
class JavaCallerTest {
    private static final long NINE = 1_718_874_000_000L;

    @Test
    void aJavaAppReleasesWithAPolicyOfItsOwn() throws HereaboutsException {
        try (Policy policy = new PolicyBuilder(200.0)
                        .budget(8.0, 86_400)
                        .purpose("weather", purpose -> purpose.planarLaplace(0.5).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(3_600))
                        .destination("eu", "DE", "Example Weather GmbH")
                        .destination("cn", "CN", "Example Carrier", destination -> destination.floor(floor -> floor.areaKm2(30.0)))
                        .build();
                Minimizer minimizer = Minimizer.inMemory(policy, () -> new ClockReading(NINE));
                Fix fix = Fix.wgs84(52.0907, 5.1214, NINE)) {
            Outcome outcome = minimizer.releaseBlocking(fix, "weather", "eu");
            if (outcome instanceof Outcome.Released released) {
                assertEquals("h3:7", released.getRelease().getGrid());
            } else {
                throw new AssertionError(outcome);
            }
            assertInstanceOf(Outcome.Withheld.class, minimizer.releaseBlocking(fix, "weather", "eu"));
            assertEquals(1, minimizer.receiptsBlocking().size());
            minimizer.chooseCeilingBlocking("weather", CeilingNow.OFF);
        }
    }

    @Test
    void whatFailsIsACheckedException() {
        HereaboutsException error = assertThrows(HereaboutsException.class, () -> Policy.fromToml("version = 2"));
        assertEquals(HereaboutsException.Kind.INVALID_POLICY, error.getKind());
    }
}
