package io.hereabouts.example

import android.app.Application
import io.hereabouts.Minimizer
import io.hereabouts.Policy
import io.hereabouts.android.openMinimizer
import kotlinx.coroutines.asCoroutineDispatcher

/** The process. It has what outlives a screen: who turns the phone gets another activity, and no second minimizer. */
class App : Application() {
    /** How the minimizer is opened; tests have no Keystore. */
    var open: (Policy) -> Minimizer = { openMinimizer(it) }

    /** What all screens show, and what they do. */
    val model: Model by lazy { Model(mainExecutor.asCoroutineDispatcher()) { open(it) } }
}
