#if canImport(SwiftUI)
import Foundation
import Hereabouts
import Model
import SwiftUI

/// What is shared now, beside where the device is.
struct PlanView: View {
    @EnvironmentObject private var screen: Screen

    var body: some View {
        VStack {
            if let plan = Plan(of: screen.shown) {
                Canvas { context, size in draw(plan, in: context, of: size) }
                    .accessibilityLabel("A plan of \(kilometres(2 * plan.reachM)) across: the device, and what is shared around it")
                Text("\(kilometres(2 * plan.reachM)) across. The dot is you, and known on this device alone.").font(.caption)
            } else {
                Spacer()
                Text("Nobody knows yet where the device is.")
                Spacer()
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

    private func draw(_ plan: Plan, in context: GraphicsContext, of size: CGSize) {
        let middle = CGPoint(x: size.width / 2, y: size.height / 2)
        let pointsAMetre = min(size.width, size.height) / 2 / plan.reachM
        for mark in plan.marks {
            let centre = CGPoint(x: middle.x + mark.eastM * pointsAMetre, y: middle.y - mark.northM * pointsAMetre)
            let circle = disc(around: centre, radius: mark.radiusM * pointsAMetre)
            context.fill(circle, with: .color(.blue.opacity(0.15)))
            context.stroke(circle, with: .color(.blue))
            context.draw(Text(mark.id).font(.caption), at: centre)
        }
        context.fill(disc(around: middle, radius: 6), with: .color(.red))
    }

    private func disc(around centre: CGPoint, radius: CGFloat) -> Path {
        Path(ellipseIn: CGRect(x: centre.x - radius, y: centre.y - radius, width: 2 * radius, height: 2 * radius))
    }

    private func kilometres(_ metres: Double) -> String { String(format: "%.1f km", metres / 1_000) }
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
