import Dispatch
import Foundation

/// Runs calls that wait for a disk on a queue of its own: never on the main actor, and never on a thread of Swift's pool, of
/// which there are as many as cores.
final class Worker: Sendable {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    /// Runs the work, in the order of asking. A task that is cancelled before the work began does nothing, and is told so at
    /// once; work that has begun ends.
    func run<Answer: Sendable>(
        _ work: @escaping @Sendable () throws(HereaboutsError) -> Answer
    ) async throws(HereaboutsError) -> Answer {
        let call = Call<Answer>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard call.wait(with: continuation) else { return }
                queue.async {
                    guard let continuation = call.begin() else { return }
                    let result: Result<Answer, HereaboutsError>
                    do throws(HereaboutsError) {
                        result = .success(try work())
                    } catch {
                        result = .failure(error)
                    }
                    call.handOver()
                    continuation.resume(returning: result)
                }
            }
        } onCancel: {
            call.cancel()
        }
        call.handOver()
        return try result.get()
    }
}

/// One call on its way: whoever takes the continuation, the queue or the cancellation, resumes it, and nobody else.
private final class Call<Answer: Sendable>: Sendable {
    typealias Continuation = CheckedContinuation<Result<Answer, HereaboutsError>, Never>

    private enum State {
        case made
        case waiting(Continuation)
        case taken
    }

    private let state = Locked(State.made)

    /// Whether the call may be put on the queue; if it was cancelled before, it is answered here.
    func wait(with continuation: Continuation) -> Bool {
        let isFirst = state.with { state in
            guard case .made = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isFirst { continuation.resume(returning: .failure(.cancelled)) }
        return isFirst
    }

    /// The queue before it answers, and the task after it was answered. A continuation orders the two; where the thread
    /// sanitizer does not see into Swift's runtime, as on Linux, it sees this lock.
    func handOver() { state.with { _ in } }

    func begin() -> Continuation? {
        state.with { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = .taken
            return continuation
        }
    }

    func cancel() {
        let waiting: Continuation? = state.with { state in
            defer { state = .taken }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(returning: .failure(.cancelled))
    }
}
