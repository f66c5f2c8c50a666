package io.hereabouts

/** A number of a policy that counts: what is below zero is as wrong as zero is, and the policy says so. */
internal fun whole(number: Long): ULong = number.coerceAtLeast(0).toULong()

/** An argument that counts. To take what is below zero for zero would do something else than what was meant. */
internal fun counted(name: String, number: Long): ULong {
    require(number >= 0) { "$name is $number: it must not be below zero" }
    return number.toULong()
}

/** An argument that is a length of time. One of zero or less is a mistake of whoever reckoned it. */
internal fun span(name: String, length: Long): ULong {
    require(length > 0) { "$name is $length: it must be above zero" }
    return length.toULong()
}
