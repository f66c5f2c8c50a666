import Foundation
import Hereabouts
import HereaboutsTesting
import XCTest

final class TasksTests: FolderCase {
    /// Nine draws fit in the budget. Whatever the order in which they are asked, it is not exceeded, and each tick is served once.
    func testManyTasksShareOneBudget() async throws {
        let clock = FakeClock(nine)
        let ledger = LedgerFile(folder.appendingPathComponent("ledger/ledger.db"))
        let minimizer = try await Minimizer.open(fresh(), ledger: ledger, clock: clock)
        for tick in 0..<12 {
            let now = nine + quarter * Double(tick)
            clock.wall = now
            let released = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let outcome = try await minimizer.release(fix(at: now), for: "weather", to: number % 2 == 0 ? "eu" : "cn")
                        if case .released = outcome { return true }
                        return false
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            XCTAssertEqual(released, tick < 9 ? 2 : 0, "on tick \(tick)")
        }
        let windows = try await minimizer.remaining()
        let window = try XCTUnwrap(windows.first)
        XCTAssert(window.spent <= window.budget && window.spent.value > 4.4, "\(window)")
        let receipts = try await minimizer.receipts().count
        XCTAssertEqual(receipts, 18)
        minimizer.close()
    }

    func testAReleaseIsMadeOffTheMainThread() async throws {
        let clock = Watching()
        let minimizer = try Minimizer.inMemory(fresh(), clock: clock)
        clock.wasOnMain.with { $0 = [] }  // it was asked once when the minimizer was made, here
        let main = Task { @MainActor in
            XCTAssert(Thread.isMainThread)
            return try await minimizer.release(fix(), for: "weather", to: "eu")
        }
        _ = try await main.value
        let seen = clock.wasOnMain.with { $0 }
        XCTAssert(!seen.isEmpty && seen.allSatisfy { !$0 })
    }

    func testACallThatIsCancelledBeforeItBeganDoesNothing() async throws {
        let minimizer = try Minimizer.inMemory(fresh(), clock: FakeClock(nine))
        let call = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await minimizer.release(fix(), for: "weather", to: "eu")
        }
        call.cancel()
        do {
            _ = try await call.value
            XCTFail("it was cancelled")
        } catch { XCTAssertEqual((error as? HereaboutsError)?.kind, .cancelled) }
        let receipts = try await minimizer.receipts()
        XCTAssert(receipts.isEmpty)
    }

    func testAFlowIsLazyAndEndsWithItsFixes() async throws {
        let minimizer = try Minimizer.replaying(fresh())
        let taken = Locked(0)
        let fixes = AsyncStream<Fix> {
            let number = taken.with { taken -> Int in
                taken += 1
                return taken
            }
            return number > 4 ? nil : try? fix(at: nine + quarter * Double(number))
        }
        let outcomes = fixes.minimized(by: minimizer, for: "weather", to: "eu")
        XCTAssertEqual(taken.with { $0 }, 0)
        var iterator = outcomes.makeAsyncIterator()
        let first = try await iterator.next()
        XCTAssertNotNil(first?.release)
        XCTAssertEqual(taken.with { $0 }, 1, "no fix is taken before the one before it was decided")
        var others = 0
        while let outcome = try await iterator.next() { others += outcome.release == nil ? 0 : 1 }
        XCTAssertEqual(others, 3)
    }

    func testAFlowIsCancelledWithItsTask() async throws {
        let minimizer = try Minimizer.replaying(fresh())
        let (fixes, more) = AsyncStream.makeStream(of: Fix.self)
        let (seen, sees) = AsyncStream.makeStream(of: Void.self)
        let collecting = Task {
            for try await outcome in fixes.minimized(by: minimizer, for: "weather", to: "eu") {
                XCTAssertNotNil(outcome.release)
                sees.yield()
                while !Task.isCancelled { await Task.yield() }
                _ = try? await minimizer.release(fix(at: nine + quarter), for: "weather", to: "eu")
            }
        }
        more.yield(try fix())
        more.yield(try fix(at: nine + quarter))
        for await _ in seen { break }
        collecting.cancel()
        let ended = await collecting.result
        if case .failure(let error) = ended { XCTAssert(error is CancellationError, "\(error)") }
        let receipts = try await minimizer.receipts().count
        XCTAssertEqual(receipts, 1, "nothing was released after the cancellation")
    }

    func testWhatFailsInAFlowFailsWhereItIsRead() async throws {
        let minimizer = try Minimizer.replaying(fresh())
        let (fixes, more) = AsyncStream.makeStream(of: Fix.self)
        more.yield(try fix())
        do {
            for try await _ in fixes.minimized(by: minimizer, for: "weather", to: "us") { XCTFail("there is no such destination") }
            XCTFail("it should fail")
        } catch {
            XCTAssertEqual((error as? HereaboutsError)?.kind, .unknownDestination)
            assertHides(shown(error))
        }
    }

    func testToCloseTwiceIsToCloseOnceAndWhatIsClosedSaysSo() async throws {
        let minimizer = try Minimizer.replaying(fresh())
        for _ in 0..<3 { minimizer.close() }
        do {
            _ = try await minimizer.remaining()
            XCTFail("it is closed")
        } catch {
            XCTAssertEqual(error.kind, .closed)
            XCTAssertEqual(error.message, "this minimizer is closed: make a new one")
        }
    }

    /// Calls under way end as if nothing had happened; later ones fail; nothing crashes.
    func testToCloseWhileOthersCallIsSafe() throws {
        for _ in 0..<100 {
            let minimizer = try Minimizer.replaying(fresh())
            let (begun, ended, odd) = (DispatchSemaphore(value: 0), DispatchGroup(), Locked(0))
            for _ in 0..<3 {
                Thread { [begun] in
                    begun.signal()
                    do {
                        while true { _ = try minimizer.releaseBlocking(fix(), for: "weather", to: "eu") }
                    } catch { if (error as? HereaboutsError)?.kind != .closed { odd.with { $0 += 1 } } }
                    ended.leave()
                }.started(in: ended)
            }
            for _ in 0..<3 { begun.wait() }
            minimizer.close()
            ended.wait()
            XCTAssertEqual(odd.with { $0 }, 0)
        }
    }
}

extension Thread {
    fileprivate func started(in group: DispatchGroup) {
        group.enter()
        start()
    }
}

private struct Watching: Clock {
    let wasOnMain = Locked<[Bool]>([])

    func reading() -> ClockReading {
        wasOnMain.with { $0.append(Thread.isMainThread) }
        return ClockReading(wall: nine)
    }
}
