#if canImport(SwiftUI)
import Hereabouts
import Model
import SwiftUI

@main
struct ExampleApp: App {
    @StateObject private var screen = Screen()

    var body: some Scene {
        WindowGroup { Tabs().environmentObject(screen) }
    }
}

/// What the views observe: the model's value, and its functions.
@MainActor
final class Screen: ObservableObject {
    @Published private(set) var shown = Shown()
    @Published private(set) var sharing: Sharing?
    @Published private(set) var failure: String?

    private let locator = Locator()

    /// Opens the minimizer once, and measures and shares as long as the task lives.
    func run() async {
        if sharing == nil { await open() }
        guard let sharing else { return }
        await sharing.refresh()
        await sharing.run(locate: locator.locate)
    }

    private func open() async {
        failure = nil
        do {
            let minimizer = try await Minimizer.open(Sharing.policy(), ledger: .ofApp(), anchor: .keychain())
            // An app of one's own sends the text to the destination's server here. This one has none.
            let sharing = try Sharing(minimizer) { _, _ in }
            sharing.changed = { [weak self] shown in self?.shown = shown }
            self.sharing = sharing
        } catch let error as HereaboutsError {
            failure = error.recoverySuggestion ?? error.message
        } catch {
            failure = "The policy is not among the app's resources."
        }
    }
}

struct Tabs: View {
    @EnvironmentObject private var screen: Screen
    @Environment(\.scenePhase) private var phase

    var body: some View {
        TabView {
            PlanView().tabItem { Label("Shared", systemImage: "map") }
            CeilingsView().tabItem { Label("Ceilings", systemImage: "slider.horizontal.3") }
            ZonesView().tabItem { Label("Zones", systemImage: "house") }
            ReceiptsView().tabItem { Label("Receipts", systemImage: "list.bullet.rectangle") }
            DisclosureView().tabItem { Label("Known", systemImage: "eye") }
        }
        .safeAreaInset(edge: .top) {
            if let message = screen.failure ?? screen.shown.message {
                Text(message).font(.footnote).padding(8).frame(maxWidth: .infinity).background(.yellow.opacity(0.3))
            }
        }
        // In the foreground alone; and anew when the user comes back, perhaps from the settings.
        .task(id: phase) { if phase == .active { await screen.run() } }
    }
}
#endif
