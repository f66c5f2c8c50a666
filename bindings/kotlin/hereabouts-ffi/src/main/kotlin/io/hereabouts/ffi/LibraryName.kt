package io.hereabouts.ffi

import com.sun.jna.Platform

/** The library that apps ship. */
private const val SHIPPED = "hereabouts_ffi"

/** The one of `hereabouts-testing`, with the test kit and repeatable noise. */
private const val TESTING = "hereabouts_ffi_testing"

/**
 * The library that the generated code loads, by its name (`bindings/uniffi.toml` puts the call there): the one for tests where
 * a jar on the class path brings it, wherever it stands there, and the one that apps ship everywhere else.
 */
internal fun libraryName(): String {
    val resource = Platform.RESOURCE_PREFIX + "/" + System.mapLibraryName(TESTING)
    return if (UniffiLib::class.java.classLoader?.getResource(resource) != null) TESTING else SHIPPED
}
