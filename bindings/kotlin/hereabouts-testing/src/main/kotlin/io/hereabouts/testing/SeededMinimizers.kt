package io.hereabouts.testing

import io.hereabouts.HereaboutsException
import io.hereabouts.Minimizer
import io.hereabouts.Policy
import io.hereabouts.ReportException
import kotlinx.coroutines.Dispatchers
import io.hereabouts.ffi.Minimizer as CoreMinimizer

/** Minimizers whose noise is the same for the same seed, which hides nothing: for tests alone. */
public object SeededMinimizers {
    /**
     * A minimizer for a recorded journey, in memory: every fix is handled at the time at which it was measured.
     *
     * @throws ReportException with any library but the one of this package: no release build repeats noise.
     */
    @JvmStatic
    @Throws(HereaboutsException::class)
    public fun replaying(policy: Policy, seed: Long): Minimizer =
        policy.handle.use { Minimizer(CoreMinimizer.replayingWithSeed(it, seed.toULong()), Dispatchers.IO) }
}
