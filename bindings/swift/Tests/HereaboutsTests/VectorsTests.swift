import Foundation
import Hereabouts
import HereaboutsTesting
import Testing

/// One journey, three languages: the table that Rust wrote is read here, and every byte is the same.
struct VectorsTests {
    struct Journey: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let policy: String
        let seed: UInt64
        let requests: [Asked]

        var testDescription: String { name }
    }

    struct Asked: Decodable, Sendable {
        let latitude_deg, longitude_deg: Double
        let time_ms: Int64
        let horizontal_accuracy_m, altitude_m, speed_m_s, course_deg: Double?
        let purpose, destination, outcome, text: String

        func fix() throws -> Fix {
            try .wgs84(
                latitudeDeg: latitude_deg, longitudeDeg: longitude_deg, time: Date(timeIntervalSince1970: Double(time_ms) / 1_000),
                horizontalAccuracyM: horizontal_accuracy_m, altitudeM: altitude_m, speedMS: speed_m_s, courseDeg: course_deg)
        }
    }

    static let journeys: [Journey] = {
        let data = try? Data(contentsOf: root.appendingPathComponent("bindings/vectors/journeys.json"))
        return data.flatMap { try? JSONDecoder().decode([Journey].self, from: $0) } ?? []
    }()

    @Test func thereAreJourneys() { #expect(!Self.journeys.isEmpty) }

    @Test(arguments: journeys) func eachJourneyReleasesTheBytesOfTheTable(_ journey: Journey) async throws {
        #expect(journey.requests.count > 40)
        let minimizer = try SeededMinimizers.replaying(Policy(toml: journey.policy), seed: journey.seed)
        for (index, asked) in journey.requests.enumerated() {
            let (kind, text) =
                switch try await minimizer.release(asked.fix(), for: asked.purpose, to: asked.destination) {
                case .released(let release): ("released", release.json)
                case .held(let release): ("held", release.json)
                case .withheld(let withheld): ("withheld", withheld.text)
                }
            #expect(kind == asked.outcome && Array(text.utf8) == Array(asked.text.utf8), "request \(index): \(kind) \(text)")
        }
    }
}
