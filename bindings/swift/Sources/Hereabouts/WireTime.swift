import Foundation

/// Times as Rust writes them in JSON: RFC 3339 in UTC, with as many digits of a second as there are.
///
/// By hand, since a formatter of Foundation is locked, slow, and writes what its options say, whatever the time.
enum WireTime {
    static func text(_ date: Date) -> String {
        let (days, milliseconds) = date.milliseconds.quotientAndRemainder(dividingBy: 86_400_000, roundingDown: true)
        let (year, month, day) = civil(days)
        let seconds = milliseconds / 1_000
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, to: 2) }.joined(separator: ":")
        let fraction = milliseconds % 1_000
        var digits = fraction == 0 ? "" : "." + padded(fraction, to: 3)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))T\(clock)\(digits)Z"
    }

    /// The time, down to the millisecond; nil if it is none of Rust's.
    static func date(_ text: String) -> Date? {
        let parts = text.utf8.split(maxSplits: 7, omittingEmptySubsequences: false) { "-T:.Z".utf8.contains($0) }
        let numbers = parts.prefix(6).compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 6, parts.count >= 7, text.hasSuffix("Z"), text.utf8.count >= 20 else { return nil }
        var milliseconds: Int64 = 0
        if parts.count == 8 {
            let digits = String(decoding: parts[6], as: UTF8.self)
            guard let fraction = Int64((digits + "00").prefix(3)), fraction >= 0 else { return nil }
            milliseconds = fraction
        }
        let seconds = days(numbers[0], numbers[1], numbers[2]) * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
        let date = Date(milliseconds: seconds * 1_000 + milliseconds)
        // What is no day of the calendar comes out as another one.
        return self.text(date).prefix(19) == text.prefix(19) ? date : nil
    }

    private static func padded(_ number: Int64, to length: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }

    /// The day of the Gregorian calendar so many days after 1970 began (H. Hinnant, "chrono-compatible low-level date
    /// algorithms").
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097, roundingDown: true)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400, roundingDown: true)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    fileprivate func quotientAndRemainder(dividingBy divisor: Int64, roundingDown: Bool) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return roundingDown && remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// How values are read from and written to the JSON of Rust.
extension KeyedDecodingContainer {
    func time(forKey key: Key) throws -> Date {
        let text = try decode(String.self, forKey: key)
        if let date = WireTime.date(text) { return date }
        throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "it is no RFC 3339 time in UTC")
    }

    func timeIfPresent(forKey key: Key) throws -> Date? {
        try contains(key) && !decodeNil(forKey: key) ? time(forKey: key) : nil
    }
}

extension KeyedEncodingContainer {
    mutating func encode(time: Date, forKey key: Key) throws { try encode(WireTime.text(time), forKey: key) }

    /// Null where there is none: Rust writes it too.
    mutating func encode(timeOrNull time: Date?, forKey key: Key) throws { try encode(time.map(WireTime.text), forKey: key) }
}
