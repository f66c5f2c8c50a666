import Foundation

/// What is shared beside where the device is, in metres on a plane that touches the Earth there.
///
/// It is drawn from these numbers alone, and is no map: to ask for a map's tiles is to tell its maker where one is.
public struct Plan: Sendable {
    /// One shared position.
    public struct Mark: Sendable, Identifiable {
        /// For what, and who holds it.
        public let id: String
        /// How far east of the device its centre lies.
        public let eastM: Double
        /// How far north of the device its centre lies.
        public let northM: Double
        /// The radius that holds the truth in 68 of 100 cases.
        public let radiusM: Double
    }

    /// What is shared, of what has a position.
    public let marks: [Mark]

    /// How far the plan reaches from the device in each direction.
    public let reachM: Double

    /// Nil as long as nobody knows where the device is.
    public init?(of shown: Shown) {
        guard let here = shown.here else { return nil }
        let metresADegree = 111_195.0
        marks = shown.shared.compactMap { shared in
            guard let release = shared.release, let latitude = release.latitudeDeg, let longitude = release.longitudeDeg else { return nil }
            // The shorter way around the Earth.
            let eastDeg = (longitude - here.longitudeDeg).remainder(dividingBy: 360)
            return Mark(
                id: shared.id, eastM: eastDeg * metresADegree * cos(here.latitudeDeg * .pi / 180),
                northM: (latitude - here.latitudeDeg) * metresADegree, radiusM: release.accuracyM ?? 0)
        }
        reachM = marks.map { max(abs($0.eastM), abs($0.northM)) + $0.radiusM }.max() ?? 1_000
    }
}
