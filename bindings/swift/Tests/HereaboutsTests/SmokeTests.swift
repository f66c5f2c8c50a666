import Hereabouts
import XCTest
final class Smoke: XCTestCase { func test() async throws {
  let policy = try Policy(toml: String(contentsOfFile: "examples/policies/weather.toml", encoding: .utf8))
  let minimizer = try Minimizer.replaying(policy)
  let outcome = try await minimizer.release(.wgs84(latitudeDeg: 52.1, longitudeDeg: 5.1, time: Date(timeIntervalSince1970: 1_718_874_000)), for: "weather", to: "eu")
  print(outcome, outcome.release!.json)
} }
