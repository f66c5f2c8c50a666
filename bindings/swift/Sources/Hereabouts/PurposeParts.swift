internal import HereaboutsGenerated

extension Policy {
    /// One purpose: how noisy, how coarse, how often.
    public struct Purpose: Sendable, Hashable {
        let part: PurposeParts

        /// - Parameters:
        ///   - mechanism: the noise.
        ///   - repeats: what happens on each tick after the first draw.
        ///   - grid: the partition of the Earth whose cells are told.
        ///   - intervalSeconds: the time between ticks: one decision on each.
        ///   - timeBucketSeconds: the span that a release's time is told to.
        ///   - keep: what goes out beside place and time, without noise.
        ///   - whenSpent: what happens on a tick for which the budget has no room; nil for hold if it repeats so, else withhold.
        ///   - ceiling: the ceiling that it is under until its user chooses one; nil for "precise".
        public init(
            mechanism: Mechanism, repeats: Repeats, grid: Grid, intervalSeconds: Int, timeBucketSeconds: Int, keep: [Kept] = [],
            whenSpent: WhenSpent? = nil, ceiling: String? = nil
        ) {
            part = PurposeParts(
                mechanism: mechanism.part, repeat: repeats.part, grid: grid.part, intervalS: whole(intervalSeconds),
                timeBucketS: whole(timeBucketSeconds), keep: keep.map(\.part), whenSpent: whenSpent?.part, ceiling: ceiling)
        }
    }

    /// The noise.
    public enum Mechanism: Sendable, Hashable {
        /// Planar Laplace noise (geo-indistinguishability), with the privacy loss of one draw.
        case planarLaplace(epsilon: Double)
        /// Discrete Gaussian noise, for zcdp accounting, with the privacy loss of one draw.
        case gaussian(rho: Double)

        var part: MechanismParts {
            switch self {
            case .planarLaplace(let epsilon): .planarLaplace(epsilon: epsilon)
            case .gaussian(let rho): .gaussian(rho: rho)
            }
        }
    }

    /// What happens on each tick after the first draw.
    public enum Repeats: Sendable, Hashable {
        /// A new draw on each tick, each charged.
        case fresh
        /// The draw stands while a noisy test says that one is still within so many metres of it; a stay is charged once. Before
        /// a new draw, so many of the last are asked whether one of them can be recalled.
        case hold(withinM: Int, epsilon: Double, recall: Int = 0)

        var part: RepeatParts {
            switch self {
            case .fresh: .fresh
            case .hold(let withinM, let epsilon, let recall):
                .hold(withinM: whole(withinM), epsilon: epsilon, recall: small(recall))
            }
        }
    }

    /// The partition of the Earth whose cells are told.
    public enum Grid: Sendable, Hashable {
        /// Cells with an edge in metres.
        case metric(edgeM: Double)
        /// Degrees rounded to decimals.
        case decimal(places: Int)
        /// Geohash, by its letters.
        case geohash(length: Int)
        /// H3 hexagons.
        case h3(resolution: Int)
        /// S2 cells.
        case s2(level: Int)
        /// Open Location Code, by the digits of the code.
        case openLocationCode(length: Int)
        /// Places with names, of a file, a GeoJSON collection of polygons, whose text comes with the policy: one is told without
        /// coordinates if it holds the whole area in which the truth is likely to lie. The name is that of the property that
        /// holds the name of a place.
        case places(file: String, name: String = "name")

        var part: GridParts {
            switch self {
            case .metric(let edgeM): .metric(edgeM: edgeM)
            case .decimal(let places): .decimal(places: small(places))
            case .geohash(let length): .geohash(length: small(length))
            case .h3(let resolution): .h3(resolution: small(resolution))
            case .s2(let level): .s2(level: small(level))
            case .openLocationCode(let length): .openLocationCode(length: small(length))
            case .places(let file, let name): .places(file: file, name: name)
            }
        }
    }

    /// What happens on a tick for which the budget has no room.
    public enum WhenSpent: Sendable, Hashable {
        /// Nothing goes out.
        case withhold
        /// The last release stands, unasked, wherever one is.
        case hold

        var part: HereaboutsGenerated.WhenSpent {
            switch self {
            case .withhold: .withhold
            case .hold: .hold
            }
        }
    }
}
