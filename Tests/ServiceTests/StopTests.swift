import API
import Domain
import Foundation
import Messaging
import Redis
import Service
import TestSupport
import Testing

@Suite("A process that is told to stop", .database, .timeLimit(.minutes(2))) struct StopTests {
  @Test("answers the request that it has begun, takes no other, and ends")
  func inFlight() async throws {
    let trial = Trial()
    try await trial.run { subject in
      let client = try await subject.client(as: nil)
      let slow = Task { try await client.call(.waitForTrial) }
      await trial.reached.wait()
      let port = try #require(URL(string: subject.url)?.port)
      #expect(TestRedis.answers(port))
      await subject.stop()
      _ = try await subject.eventually("nobody else is let in") {
        TestRedis.answers(port) ? nil : true
      }
      trial.letGo.happen()
      #expect(try await slow.value == TrialRecord(place: 1, text: "late", version: 1))
    }
  }

  /// A process with as many consumers as the largest has, and more.
  private static var listening: ServiceProcess {
    struct Happening: Event {
      static let type = "dossiers.happening.v1"
      var key: String
    }
    return ServiceProcess(.dossiers, schemaVersion: { 1 }) { _ in
      let names = (0..<10).map { "idle\($0)" }
      return Assembly(
        consumers: Dictionary(uniqueKeysWithValues: names.map { ($0, [.on(Happening.self) { _, _, _ in }]) })
      ) { _ in }
    }
  }

  @Test("does not wait for its consumers' reads to run out")
  func consumers() async throws {
    let stopped = Signal()
    let moment = Moments()
    try await ServiceUnderTest.run(Self.listening) { subject in
      _ = try await subject.eventually("all of them wait for events") {
        let clients = try subject.redis.ask("CLIENT", "LIST")
        return clients.components(separatedBy: "cmd=xreadgroup").count == 11 ? true : nil
      }
      moment.begin()
      stopped.happen()
    }
    // One after another, each for up to a second: that is what it was. The grace period is twenty.
    #expect(moment.sinceBegin < .seconds(5))
  }
}
