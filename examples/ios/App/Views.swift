#if canImport(SwiftUI)
import Hereabouts
import MapKit
import Model
import SwiftUI

/// What is shared now, beside where the device is.
struct MapView: View {
    @EnvironmentObject private var screen: Screen

    var body: some View {
        VStack {
            Map {
                if let here = screen.shown.here {
                    Marker("Here", systemImage: "location", coordinate: place(here.latitudeDeg, here.longitudeDeg))
                }
                ForEach(screen.shown.shared) { shared in
                    if let release = shared.release, let latitude = release.latitudeDeg, let longitude = release.longitudeDeg {
                        MapCircle(center: place(latitude, longitude), radius: release.accuracyM ?? 0)
                            .foregroundStyle(.blue.opacity(0.2))
                    }
                }
            }
            List(screen.shown.shared) { shared in
                VStack(alignment: .leading) {
                    Text("\(shared.purpose) to \(shared.destination)")
                    Text(shared.silence ?? "sent").font(.caption).foregroundStyle(.secondary)
                }
            }
            .frame(maxHeight: 240)
        }
    }

    private func place(_ latitude: Double, _ longitude: Double) -> CLLocationCoordinate2D {
        CLLocationCoordinate2D(latitude: latitude, longitude: longitude)
    }
}

/// The most that is told for each purpose.
struct CeilingsView: View {
    @EnvironmentObject private var screen: Screen

    var body: some View {
        List(screen.shown.ceilings.keys.sorted(), id: \.self) { purpose in
            Picker(purpose, selection: choice(of: purpose)) {
                ForEach(screen.sharing?.ceilings ?? [], id: \.self) { ceiling in Text(ceiling).tag(ceiling) }
            }
        }
    }

    private func choice(of purpose: String) -> Binding<String> {
        Binding(
            get: { screen.shown.ceilings[purpose]?.ceiling ?? CeilingNow.off },
            set: { ceiling in Task { await screen.sharing?.choose(ceiling, for: purpose) } })
    }
}

/// The places that are protected.
struct ZonesView: View {
    @EnvironmentObject private var screen: Screen
    @State private var name = ""

    var body: some View {
        List {
            Section("Protect the place where I am") {
                TextField("Name", text: $name)
                Button("Protect") { Task { await screen.sharing?.protectHere(as: name) } }.disabled(name.isEmpty)
            }
            Section("Protected") {
                ForEach(screen.shown.zones, id: \.name) { zone in
                    HStack {
                        Text(zone.name)
                        Spacer()
                        Button("Remove", role: .destructive) { Task { await screen.sharing?.remove(zone: zone.name) } }
                    }
                }
            }
        }
    }
}

/// What was released, to whom, when, and what it cost.
struct ReceiptsView: View {
    @EnvironmentObject private var screen: Screen

    var body: some View {
        List {
            Section("Left") {
                ForEach(screen.shown.remaining, id: \.self) { window in
                    LabeledContent("\(Int(window.windowSeconds / 3_600)) h", value: "\(window.remaining) of \(window.budget)")
                }
            }
            Section("Receipts") {
                ForEach(screen.shown.receipts, id: \.sequence) { receipt in
                    VStack(alignment: .leading) {
                        Text("\(receipt.purpose) to \(receipt.destination): \(receipt.loss.description)")
                        Text(receipt.time, format: .dateTime).font(.caption).foregroundStyle(.secondary)
                    }
                }
            }
            Button("Forget the places", role: .destructive) { Task { await screen.sharing?.forget() } }
        }
    }
}

/// What each destination knows by now.
struct DisclosureView: View {
    @EnvironmentObject private var screen: Screen

    var body: some View {
        List(screen.shown.disclosures, id: \.destination) { disclosure in
            Section(disclosure.destination) {
                LabeledContent("Operator", value: "\(disclosure.operator), \(disclosure.jurisdiction)")
                LabeledContent("Releases", value: "\(disclosure.releases)")
                LabeledContent("Home", value: within(disclosure.homeWithinM))
                LabeledContent("Work", value: within(disclosure.workWithinM))
            }
        }
        .task { await screen.sharing?.disclose() }
    }

    private func within(_ metres: Double?) -> String { metres.map { "within \(Int($0)) m" } ?? "not told" }
}
#endif
