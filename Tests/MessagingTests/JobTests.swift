import API
import Domain
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Messaging

@Suite("Jobs", .database, .timeLimit(.minutes(1))) struct JobTests {
  private struct Errand: Codable, Sendable {
    var word: String
  }

  /// A queue of errands, and who asks for them.
  private struct Room: Sendable {
    let database: TestDatabase
    let postgres: PostgresClient
    let queue: JobQueue
    let asker = Caller.someone(.siege, name: "DURAND Paul")

    static func run(_ body: @escaping @Sendable (Room) async throws -> Void) async throws {
      let database = try TestDatabase.required()
      try await database.owner { transaction in
        try await transaction.script(
          """
          call jalons.keep_jobs('dossiers', 'errand');
          create table dossiers.effect (target uuid, word text, account uuid default caller.account());
          """)
      }
      let postgres = Scene.pool(database)
      let room = Room(
        database: database, postgres: postgres,
        queue: JobQueue(postgres: postgres, schema: "dossiers", name: "errand"))
      let result: Result<Void, any Error>
      do { result = .success(try await body(room)) } catch { result = .failure(error) }
      await postgres.close()
      try result.get()
    }

    func ask(_ word: String, _ targets: [UUID], undoing: UUID? = nil) async throws -> UUID {
      let id = UUID.version7(at: Date())
      try await postgres.withTransaction(as: asker) { transaction in
        try await queue.add(
          id, kind: "errand", task: Errand(word: word),
          to: """
            select null::uuid as dossier, t::text as name, t as target, place
            from unnest(\(targets)::uuid[]) with ordinality s (t, place)
            """, undoing: undoing, in: transaction, at: Date())
      }
      return id
    }

    func runner(
      before: @escaping @Sendable (JobTarget) async throws -> Void = { _ in },
      ended: @escaping @Sendable () -> Void = {}
    ) -> JobRunner<Errand> {
      JobRunner(
        queue: queue, now: .system, logger: silent, act: { _ in "test" },
        work: { errand, target, transaction, _ in
          try await transaction.execute(
            "insert into dossiers.effect (target, word) values (\(target.target), \(errand.word))")
          try await before(target)
        }, ending: { _, _, _, _ in ended() })
    }

    func progress(_ id: UUID, as caller: Caller? = nil) async throws -> JobQueue.Progress? {
      try await postgres.withTransaction(as: caller ?? asker) { try await queue.progress(of: id, in: $0) }
    }

    func effects() async throws -> [UUID] {
      try await database.owner { try await $0.query("select target from dossiers.effect", as: UUID.self) }
    }

    func reasons(_ id: UUID) async throws -> [String] {
      try await database.owner {
        try await $0.query(
          "select outcome || coalesce(': ' || reason, '') from dossiers.errand_row where errand = \(id) order by position",
          as: String.self)
      }
    }
  }

  @Test("each target is done in its author’s name or refused with a reason, and the job is its author’s alone")
  func outcomes() async throws {
    try await Room.run { room in
      let targets = (0..<3).map { _ in UUID() }
      let ended = Counter()
      let runner = room.runner {
        if $0.target == targets[1] { throw Problem.conflict("non", "Pas celui-ci.", detail: "Jamais.") }
      } ended: {
        ended.increment()
      }
      let id = try await room.ask("a", targets)
      await runner.begin(id, atMost: 10)
      let progress = try #require(try await room.progress(id))
      #expect(progress.total == 3 && progress.done == 2 && progress.refused == 1 && progress.endedAt != nil)
      #expect(try await room.reasons(id) == ["done", "refused: Pas celui-ci. Jamais.", "done"])
      #expect(try await room.effects() == [targets[0], targets[2]])
      let names = try await room.database.owner {
        try await $0.query("select distinct account from dossiers.effect", as: UUID.self)
      }
      #expect(names == [room.asker.account.value])
      #expect(try await room.progress(id, as: .someone(.siege)) == nil)
      // Done again, nothing is done twice, and the end is told once.
      try await runner.goOn()
      #expect(try await room.effects().count == 2 && ended.value == 1)
    }
  }

  @Test("of several copies each does a target once; one that dies leaves nothing half done")
  func copies() async throws {
    try await Room.run { room in
      let targets = (0..<60).map { _ in UUID() }
      let id = try await room.ask("a", targets)
      let reached = Counter()
      let dying = Task {
        try await room.runner { _ in
          reached.increment()
          try await Task.sleep(for: .seconds(600))
        }.run()
      }
      while reached.value == 0 { try await Task.sleep(for: .milliseconds(10)) }
      dying.cancel()
      _ = await dying.result
      let runners = [room.runner(), room.runner(), room.runner()]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for runner in runners { group.addTask { try await runner.goOn() } }
        try await group.waitForAll()
      }
      try await runners[0].goOn()
      #expect(try await room.effects().sorted() == targets.sorted())
      #expect(try await room.progress(id)?.done == 60)
    }
  }

  @Test("what is put back is tried again after its pause, undone meanwhile; others do not wait for it")
  func putBack() async throws {
    try await Room.run { room in
      let targets = (0..<2).map { _ in UUID() }
      let runner = room.runner { target in
        if target.target == targets[0], target.attempts < 2 { throw PutBack(.milliseconds(600)) }
      }
      let id = try await room.ask("a", targets)
      try await runner.goOn()
      #expect(try await room.effects() == [targets[1]])
      #expect(try await room.progress(id)?.endedAt == nil)
      try await runner.goOn()
      #expect(try await room.effects() == [targets[1]])
      let end = ContinuousClock.now + .seconds(10)
      while try await room.progress(id)?.endedAt == nil, ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(100))
        try await runner.goOn()
      }
      #expect(try await room.effects() == [targets[1], targets[0]])
    }
  }

  @Test("what was not begun can be cancelled, what was done can be undone, once; old jobs are forgotten")
  func cancelAndUndo() async throws {
    try await Room.run { room in
      let targets = (0..<4).map { _ in UUID() }
      let runner = room.runner()
      let id = try await room.ask("a", targets)
      await runner.begin(id, atMost: 1)
      let left = try await room.postgres.withTransaction(as: room.asker) { try await room.queue.cancel(id, in: $0) }
      try await runner.goOn()
      let progress = try #require(try await room.progress(id))
      #expect(left == 3 && progress.done == 1 && progress.endedAt != nil)
      #expect(try await room.reasons(id) == ["done", "cancelled", "cancelled", "cancelled"])

      let undoing = UUID.version7(at: Date())
      for (attempt, id2) in [undoing, UUID.version7(at: Date())].enumerated() {
        let result = await Result {
          try await room.postgres.withTransaction(as: room.asker) { transaction in
            #expect(try await room.queue.held(id, as: Errand.self, in: transaction)?.word == "a")
            try await room.queue.add(
              id2, kind: "undo", task: Errand(word: "back"), to: room.queue.done(by: id), undoing: id,
              in: transaction, at: Date())
            try await room.queue.keep(result: "file", of: id2, in: transaction)
          }
        }
        #expect(((try? result.get()) != nil) == (attempt == 0))
      }
      try await runner.goOn()
      let undone = try #require(try await room.progress(undoing))
      #expect(undone.total == 1 && undone.done == 1 && undone.result == "file")
      #expect(try await room.progress(id)?.isUndone == true)

      let system = Caller.system("test")
      try await room.postgres.withTransaction(as: system) {
        try await room.queue.forget(endedBefore: Date().addingTimeInterval(-60), in: $0)
      }
      #expect(try await room.progress(undoing) != nil)
      try await room.postgres.withTransaction(as: system) {
        try await room.queue.forget(endedBefore: Date().addingTimeInterval(60), in: $0)
      }
      #expect(try await room.progress(undoing) == nil)
    }
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
