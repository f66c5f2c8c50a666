import Foundation
import Hereabouts

let policy = try Policy(
    radiusM: 200, budgets: [.init(loss: 8, windowSeconds: 86_400)],
    purposes: [
        "weather": .init(
            mechanism: .planarLaplace(epsilon: 0.5), repeats: .fresh, grid: .h3(resolution: 6), intervalSeconds: 900,
            timeBucketSeconds: 3_600)
    ],
    destinations: ["eu": .init(jurisdiction: "DE", operator: "Example Weather GmbH")])
let fix = try Fix.wgs84(latitudeDeg: 52.0907, longitudeDeg: 5.1214, time: Date(timeIntervalSince1970: 1_718_874_000))
guard let release = try await Minimizer.replaying(policy).release(fix, for: "weather", to: "eu").release else {
    fatalError("nothing was released")
}
print(release.json)
