internal import HereaboutsGenerated

extension Policy {
    /// A policy built in code, through the same checks as a file.
    ///
    /// - Parameters:
    ///   - radiusM: two places nearer than this, in metres, must look alike; every ε is the privacy loss at this distance.
    ///   - budgets: one or more windows; all must hold.
    ///   - purposes: what the app wants the location for, by name.
    ///   - destinations: where releases go, by name.
    ///   - ceilings: what a user can choose as the most that is told for a purpose. "off" and "precise" are always there.
    ///   - accounting: what losses are counted in.
    ///   - devices: the countries that the devices are in, ISO 3166-1.
    ///   - zones: how the places that the user protects are noised. Without it none can be protected.
    ///   - receiptRetentionSeconds: after so many seconds the ledger forgets where a release was; never if it is not said.
    ///   - sensitive: places near which less is told, whoever asks.
    ///   - files: the texts of the files that are named here, by those names.
    /// - Throws: ``HereaboutsError/Kind/invalidPolicy`` with the key that is wrong, as it would stand in a file.
    public init(
        radiusM: Double,
        budgets: [Budget],
        purposes: [String: Purpose],
        destinations: [String: Destination],
        ceilings: [String: Ceiling] = [:],
        accounting: Accounting = .pure,
        devices: [String] = [],
        zones: ProtectedPlaces? = nil,
        receiptRetentionSeconds: Int? = nil,
        sensitive: SensitivePlaces? = nil,
        files: [String: String] = [:]
    ) throws(HereaboutsError) {
        let parts = HereaboutsGenerated.PolicyParts(
            radiusM: radiusM, budgets: budgets.map(\.part), purposes: purposes.mapValues(\.part),
            destinations: destinations.mapValues(\.part), ceilings: ceilings.mapValues(\.part), accounting: accounting.part,
            devices: devices, zones: zones?.part, receiptRetentionS: receiptRetentionSeconds.map(whole),
            sensitive: sensitive?.part, files: files)
        self.init(core: try crossing { try CorePolicy.fromParts(parts: parts) })
    }

    /// The most privacy loss in any span of time of one length.
    public struct Budget: Sendable, Hashable {
        let part: BudgetParts

        /// - Parameters:
        ///   - loss: the most loss: ε, or ρ in zcdp accounting.
        ///   - windowSeconds: the length of the window.
        ///   - purpose: the purpose whose losses alone the window counts; nil for those of all purposes together.
        public init(loss: Double, windowSeconds: Int, purpose: String? = nil) {
            part = BudgetParts(loss: loss, windowS: whole(windowSeconds), purpose: purpose)
        }
    }

    /// What losses are counted in.
    public enum Accounting: Sendable, Hashable {
        /// Pure differential privacy: budgets are epsilons.
        case pure
        /// Zero-concentrated differential privacy: budgets are rhos; reports translate their sums for this delta.
        case zcdp(delta: Double = 1e-9)

        /// A file that says nothing counts in ε.
        var part: AccountingParts? {
            switch self {
            case .pure: nil
            case .zcdp(let delta): .zcdp(delta: delta)
            }
        }
    }

    /// How the places that the user protects are noised, each by one draw for life.
    public struct ProtectedPlaces: Sendable, Hashable {
        let part: ZonesParts

        /// - Parameters:
        ///   - epsilon: the privacy loss of the one draw for a place.
        ///   - radiusM: what around a place is protected with it, in metres.
        public init(epsilon: Double, radiusM: Int) { part = ZonesParts(epsilon: epsilon, radiusM: whole(radiusM)) }
    }

    /// Places that a law calls sensitive, or the app's authors do: a cell that comes near one becomes a coarser one.
    public struct SensitivePlaces: Sendable, Hashable {
        let part: SensitiveParts

        /// - Parameters:
        ///   - file: the name of a file, a GeoJSON collection of polygons, whose text comes with the policy.
        ///   - floor: the least size of a cell that comes near one.
        public init(file: String, floor: Floor) { part = SensitiveParts(file: file, floor: floor.part) }
    }

    /// A field of a fix that may be kept beside place and time.
    public enum Kept: Sendable, Hashable, CaseIterable {
        /// The altitude.
        case altitude
        /// The speed.
        case speed
        /// The course.
        case course

        var part: KeptField {
            switch self {
            case .altitude: .altitude
            case .speed: .speed
            case .course: .course
            }
        }
    }

    /// The least size of what may go somewhere. Several tests may stand together: the strictest wins.
    public struct Floor: Sendable, Hashable {
        let part: FloorParts

        /// - Parameters:
        ///   - areaKm2: the least area of a cell, in square kilometres.
        ///   - radiusM: the least radius in metres of a circle that every cell holds around its centre.
        ///   - decimals: the most digits after the point of a printed degree.
        ///   - preset: the threshold of a law or a store, by its name: ``Policy/presets`` has them.
        ///   - coarsens: whether a grid that fails is made coarser; false refuses such a policy.
        public init(
            areaKm2: Double? = nil, radiusM: Double? = nil, decimals: Int? = nil, preset: String? = nil, coarsens: Bool = true
        ) {
            part = FloorParts(
                areaKm2: areaKm2, radiusM: radiusM, decimals: decimals.map(small), preset: preset, coarsen: coarsens)
        }
    }

    /// What a user can choose as the most that is told for a purpose. It wins where it is the coarser.
    public struct Ceiling: Sendable, Hashable {
        let part: CeilingParts

        /// - Parameters:
        ///   - floor: the least size of what is told.
        ///   - intervalSeconds: the least time between two releases to a destination.
        ///   - keep: the only fields that may still go; nil for all that the purpose keeps.
        public init(floor: Floor, intervalSeconds: Int? = nil, keep: [Kept]? = nil) {
            part = CeilingParts(floor: floor.part, intervalS: intervalSeconds.map(whole), keep: keep?.map(\.part))
        }
    }

    /// Where releases go, and under whose rule.
    public struct Destination: Sendable, Hashable {
        let part: DestinationParts

        /// - Parameters:
        ///   - jurisdiction: the country whose law reaches the operator, ISO 3166-1.
        ///   - operator: who runs it.
        ///   - keys: who can open what is stored there; nil for the operator.
        ///   - sealTo: the public key, of which `keys` names the holder, that everything is sealed to.
        ///   - floor: the least size of what may go there.
        ///   - retentionSeconds: how long the operator says that it keeps what it gets.
        ///   - intervalSeconds: the least time between two releases to it.
        ///   - keep: the only fields that may go there beside place and time; nil for all that the purpose keeps.
        public init(
            jurisdiction: String, operator: String, keys: String? = nil, sealTo: String? = nil, floor: Floor? = nil,
            retentionSeconds: Int? = nil, intervalSeconds: Int? = nil, keep: [Kept]? = nil
        ) {
            part = DestinationParts(
                jurisdiction: jurisdiction, operator: `operator`, keys: keys, sealTo: sealTo, floor: floor?.part,
                retentionS: retentionSeconds.map(whole), intervalS: intervalSeconds.map(whole), keep: keep?.map(\.part))
        }
    }
}
