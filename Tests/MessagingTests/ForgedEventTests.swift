import API
import Domain
import Foundation
import Postgres
import Redis
import TestSupport
import Testing

@testable import Messaging

@Suite("Forged events", .database, .timeLimit(.minutes(1))) struct ForgedEventTests {
  /// A line as somebody writes it on a stream.
  private static func write(_ act: String, by source: String, on stream: String, _ scene: Scene) async throws {
    let event = AuditedAct(
      act: Act(name: act, kind: .read), account: .new(), name: "DURAND Paul", profile: .referent, scope: .own,
      at: Date())
    try await write(event, by: source, on: stream, scene)
  }

  private static func write<E: Event>(
    _ event: E, by source: String = "/jalons/fse", on stream: String, _ scene: Scene
  ) async throws {
    let envelope = Envelope(
      id: .version7(), source: source, type: E.type, subject: event.key, time: Date(), traceparent: nil,
      actor: nil, actorname: nil, data: try JSONValue(encoding: event))
    let text = String(decoding: try JSONEncoder.jalons.encode(envelope), as: UTF8.self)
    _ = try await scene.redis.command("XADD", "jalons:\(stream)", "*", "envelope", text)
  }

  @Test("a line of the audit log is taken from the service whose act it is, and from no other")
  func forged() async throws {
    try await Scene.run { scene in
      try await Self.write("dossiers.showDossier", by: "/jalons/insight", on: "audit:insight", scene)
      try await Self.write("dossiers.showDossier", by: "/jalons/dossiers", on: "audit:insight", scene)
      try await Self.write("dossiers.showDossier", by: "/jalons/fse", on: "audit", scene)
      try await Self.write("insight.showReport", by: "/jalons/insight", on: "audit:insight", scene)
      // As a copy of the version before writes it.
      try await Self.write("fse.showStep", by: "/jalons/fse", on: "audit", scene)
      let log = scene.consumer(
        "audit",
        [
          .on(AuditedAct.self) { event, envelope, transaction in
            try await transaction.execute(
              "insert into dossiers.effect (key, copy) values (\(event.act.name), \(envelope.source))")
          }
        ])
      try await scene.with(log) {
        try await scene.waitFor("each was taken or set aside") {
          let kept = try await scene.kept()
          return try await scene.letters().count + kept.count == 5
        }
      }
      #expect(try await scene.kept() == ["fse.showStep", "insight.showReport"])
      #expect(try await scene.letters().map(\.reason) == ["undecodable", "undecodable", "undecodable"])
    }
  }

  @Test("an event is taken from the stream of the service that its type names, and from no other")
  func elsewhere() async throws {
    try await Scene.run { scene in
      try await Self.write(Happening(key: "forged", number: 1), on: "fse", scene)
      try await Self.write(Happening(key: "genuine", number: 2), on: "dossiers", scene)
      let seen = scene.consumer(
        "both",
        [
          .on(Happening.self) { event, _, transaction in
            try await transaction.execute("insert into dossiers.effect (key) values (\(event.key))")
          },
          .on(FormChanged.self) { _, _, _ in },
        ])
      try await scene.with(seen) {
        try await scene.waitFor("one was taken and one set aside") {
          let kept = try await scene.kept()
          return try await scene.letters().count + kept.count == 2
        }
      }
      #expect(try await scene.kept() == ["genuine"])
    }
  }

  @Test("a service's relay writes them where no other may")
  func relayed() async throws {
    try await Scene.run { scene in
      let act = AuditedAct(
        act: Act(name: "dossiers.showDossier", kind: .read), account: .new(), name: "DURAND Paul", profile: .referent,
        scope: .own, at: Date())
      try await scene.postgres.withTransaction(as: .system("test")) { try await $0.announce(act, at: act.at) }
      _ = try await scene.relay().publishBatch()
      // What the relay finds there it does not publish again.
      try await scene.relay().republishWhatRedisLost()
      _ = try await scene.relay().publishBatch()
      #expect(try await scene.redis.streamLength(stream: "jalons:audit:dossiers") == 1)
      #expect(try await scene.redis.streamLength(stream: "jalons:audit") == 0)
    }
  }
}

extension Scene {
  fileprivate func kept() async throws -> [String] {
    try await database.owner { try await $0.query("select key from dossiers.effect order by key", as: String.self) }
  }
}
