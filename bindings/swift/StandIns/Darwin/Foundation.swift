// What the facade uses of Apple's Foundation that Swift's own has not, so that what it has for Apple's systems alone is
// type-checked where those are not. No target holds it: `cargo xtask swift --test` compiles it beside a copy of the facade.

import Foundation

extension FileManager {
    func containerURL(forSecurityApplicationGroupIdentifier _: String) -> URL? { nil }
}
