/// What comes of each fix of a sequence: see `minimized(by:for:to:)`.
///
/// It is lazy and has no buffer: a fix is taken when the one before it was decided, and no sooner. It ends when the sequence
/// of fixes ends, fails where that or the minimizer fails, and throws `CancellationError` where its task was cancelled.
public struct MinimizedSequence<Base: AsyncSequence>: AsyncSequence where Base.Element == Fix {
    /// What came of one fix.
    public typealias Element = Outcome

    let base: Base
    let minimizer: Minimizer
    let purpose: String
    let destination: String

    /// Asks for one fix after another.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        let minimizer: Minimizer
        let purpose: String
        let destination: String

        /// What comes of the next fix; nil after the last.
        public mutating func next() async throws -> Outcome? {
            guard let fix = try await base.next() else { return nil }
            do throws(HereaboutsError) {
                return try await minimizer.release(fix, for: purpose, to: destination)
            } catch {
                throw error.kind == .cancelled ? CancellationError() : error
            }
        }
    }

    /// An iterator of its own: to iterate again asks the minimizer again.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), minimizer: minimizer, purpose: purpose, destination: destination)
    }
}

extension MinimizedSequence: Sendable where Base: Sendable {}

extension AsyncSequence where Element == Fix {
    /// What comes of each fix, for a purpose to a destination.
    public func minimized(by minimizer: Minimizer, for purpose: String, to destination: String) -> MinimizedSequence<Self> {
        MinimizedSequence(base: self, minimizer: minimizer, purpose: purpose, destination: destination)
    }
}
