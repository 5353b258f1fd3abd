import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("The folder where feeds are dropped", .database) struct FeedFolderTests {
  typealias Imports = FeedImportTests

  private let folder = FileManager.default.temporaryDirectory.appending(path: "jalons-folder-\(UUID().uuidString)")

  private func names(in place: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: place).path).sorted()
  }

  /// A file as a process leaves it that dies while it reads it.
  private func leave(_ bytes: Data, of run: UUID, as name: String) throws {
    let place = folder.appending(path: "en-cours")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try bytes.write(to: place.appending(path: "\(run.uuidString)-\(name)"))
  }

  private func watch(_ body: @escaping @Sendable (ServiceUnderTest) async throws -> Void) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await ServiceUnderTest.run(
      DossiersProcess.process, at: Imports.morning, environment: ["JALONS_FEED_FOLDER": folder.path], body)
  }

  private static func open(_ name: String, _ status: FeedRun.Status, in service: ServiceUnderTest) async throws -> UUID
  {
    let runs = FeedRunStore(postgres: service.database.client(.dossiers))
    var run = try await runs.open(
      mode: .apply, origin: "folder", fileName: name, digest: name, extent: .none,
      for: .system("feed", today: Imports.today), at: Imports.morning)
    guard status != .running else { return run.id }
    if status == .failed { run = run.interrupted(at: Imports.morning) }
    run.status = status
    run.endedAt = Imports.morning
    try await runs.close(run)
    return run.id
  }

  @Test("a file that is dropped is applied and put away under the number of its run")
  func dropped() async throws {
    try await watch { service in
      let client = try await service.client(as: .someone(.administrateur))
      try Imports.file(0).write(to: folder.appending(path: "GEN.xml"))
      let run = try await service.eventually(within: 30, "it is applied") {
        try await client.call(DossiersAPI.listFeeds).items.first { $0.status == .applied }
      }
      #expect(run.origin == "folder" && run.fileName == "GEN.xml" && run.counts.created > 250)
      let kept = try await service.eventually("it is put away") { try names(in: "integres").first }
      #expect(kept == "\(run.id.uuidString)-GEN.xml")
      #expect(try names(in: "en-cours").isEmpty)
    }
  }

  @Test("a file whose import was interrupted is read again by whoever comes next")
  func interrupted() async throws {
    try await watch { service in
      let client = try await service.client(as: .someone(.administrateur))
      let former = try await Self.open("GEN.xml", .failed, in: service)
      try leave(Imports.file(0), of: former, as: "GEN.xml")
      let again = try await service.eventually(within: 30, "it is read again") {
        try await client.call(DossiersAPI.listFeeds).items.first { $0.status == .applied }
      }
      #expect(again.id != former && again.fileName == "GEN.xml" && again.counts.created > 250)
      let kept = try await service.eventually("it is put away") { try names(in: "integres").first }
      #expect(kept == "\(again.id.uuidString)-GEN.xml")
    }
  }

  @Test("what ends the process each time is set aside; what had ended is put where it belongs; what is read is left")
  func leftBehind() async throws {
    try await watch { service in
      let client = try await service.client(as: .someone(.administrateur))
      var deadly: UUID?
      for _ in 0..<FeedFolder.attempts { deadly = try await Self.open("deadly.xml", .failed, in: service) }
      let (applied, refused, read) = (
        try await Self.open("applied.xml", .applied, in: service),
        try await Self.open("refused.xml", .refused, in: service),
        try await Self.open("read.xml", .running, in: service)
      )
      let unknown = UUID.version7(at: Imports.morning)
      try leave(Data("x".utf8), of: try #require(deadly), as: "deadly.xml")
      try leave(Data("x".utf8), of: applied, as: "applied.xml")
      try leave(Data("x".utf8), of: refused, as: "refused.xml")
      try leave(Data("x".utf8), of: read, as: "read.xml")
      try leave(Imports.file(0), of: unknown, as: "unknown.xml")
      _ = try await service.eventually(within: 20, "they are looked at") {
        try names(in: "refuses").count == 2 && names(in: "integres").count == 1 ? true : nil
      }
      #expect(
        try Set(names(in: "en-cours")) == ["\(read.uuidString)-read.xml", "\(unknown.uuidString)-unknown.xml"])
      let before = try await client.call(DossiersAPI.listFeeds).items.count
      #expect(before == FeedFolder.attempts + 3)
      // Nobody opened a run for it within a minute: whoever took it is no more.
      service.clock.travel(seconds: 61)
      let run = try await service.eventually(within: 30, "it is read") {
        try await client.call(DossiersAPI.listFeeds).items.first {
          $0.fileName == "unknown.xml" && $0.status == .applied
        }
      }
      #expect(run.counts.created > 250)
    }
  }
}
