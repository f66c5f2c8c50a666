package io.hereabouts.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import android.content.Context;
import io.hereabouts.Anchor;
import io.hereabouts.AnchorStore;
import io.hereabouts.Clock;
import io.hereabouts.HereaboutsException;
import io.hereabouts.Minimizer;
import io.hereabouts.Policy;
import io.hereabouts.PolicyBuilder;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

/** What a Java app writes: that it compiles says that each of these exceptions is declared where it is thrown. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 35)
public class JavaCallerTest {
    private final Context context = RuntimeEnvironment.getApplication();

    @Test
    public void whatCannotBeOpenedIsACheckedException() throws HereaboutsException {
        assertTrue(DeviceMinimizers.getHereaboutsLedger(context).mkdirs());
        try (Policy policy = policy(); Minimizer minimizer = DeviceMinimizers.openMinimizer(context, policy)) {
            throw new AssertionError("a folder is no ledger: " + minimizer);
        } catch (HereaboutsException refusal) {
            assertEquals(HereaboutsException.Kind.LEDGER_UNFIT, refusal.getKind());
        }
    }

    @Test
    public void aStoreOfTheDevicesHasExceptionsOfItsOwn() {
        try {
            new KeystoreAnchorStore(context).write("a line");
            throw new AssertionError("this machine has no Keystore");
        } catch (GeneralSecurityException refusal) {
            assertEquals("AndroidKeyStore not found", refusal.getMessage());
        } catch (IOException refusal) {
            throw new AssertionError(refusal);
        }
    }

    @Test
    public void aStoreAndAClockOfTheAppsMayThrowWhatTheyHave() throws HereaboutsException {
        AnchorStore store = new AnchorStore() {
            @Override
            public String read() throws IOException {
                throw new IOException("no disk");
            }

            @Override
            public void write(String line) throws GeneralSecurityException {
                throw new GeneralSecurityException("no key");
            }
        };
        Clock clock = () -> {
            throw new IOException("no time");
        };
        try (Policy policy = policy()) {
            String ledger = new File(context.getNoBackupFilesDir(), "ledger").getPath();
            assertThrows(HereaboutsException.class, () -> Minimizer.open(policy, ledger, Anchor.store(store)));
            assertThrows(HereaboutsException.class, () -> Minimizer.inMemory(policy, clock));
        }
    }

    private static Policy policy() throws HereaboutsException {
        return new PolicyBuilder(200.0)
                .budget(8.0, 86_400)
                .purpose("run", run -> run.planarLaplace(0.5).fresh().h3(7).intervalSeconds(900).timeBucketSeconds(3_600))
                .destination("eu", "DE", "Example Weather GmbH")
                .build();
    }
}
