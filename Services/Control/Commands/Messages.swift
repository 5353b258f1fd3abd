import API
import ArgumentParser
import Domain
import Foundation
import Messaging
import Postgres
import Redis
import Service

/// What waits to be published, service by service.
struct Outbox: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows what waits in the outboxes.")

  private struct Line: Decodable, Sendable {
    let pending: Int
    let oldest: Int
    let published: Int
  }

  func run() async throws {
    let now = try Settings().now()
    try await Connection.withOwner { owner in
      for service in ServiceName.allCases {
        let line = try await owner.withTransaction(as: .system("outbox")) { transaction in
          try await transaction.first(
            """
            select count(*) filter (where published_at is null)::int as pending,
              coalesce(extract(epoch from \(now)::timestamptz - min(occurred_at) filter (where published_at is null)), 0)::int as oldest,
              count(*) filter (where published_at is not null)::int as published
            from \(unsafeSQL: service.rawValue).outbox
            """, as: Line.self)
        }
        if let line {
          print("\(service.rawValue) pending=\(line.pending) oldest=\(line.oldest)s published=\(line.published)")
        }
      }
    }
  }
}

/// How far each service is behind the others' events.
struct Consumers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows how many events each consumer has still to take.",
    discussion: "« lag » has not been given to it yet, « pending » is being handled. Nothing is lost while it waits.")

  func run() async throws {
    try await Connection.withRedis { redis in
      for stream in ServiceName.allCases.flatMap({ [$0.rawValue, "audit:\($0.rawValue)"] }) {
        let key = Streams.name(stream)
        // A service that has published nothing has no stream.
        guard try await redis.streamLength(stream: key) > 0 else { continue }
        for group in try await redis.groups(stream: key).sorted(by: { $0.name < $1.name }) {
          print("\(stream) \(group.name) lag=\(group.lag.map(String.init) ?? "unknown") pending=\(group.pending)")
        }
      }
    }
  }
}

/// Events that a consumer could not take. Their contents are never printed.
struct DeadLetters: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists and replays what consumers could not take.", subcommands: [List.self, Replay.self])

  private struct Letter: Decodable, Sendable {
    let id: Int64
    let consumer: String
    let type: String
    let reason: String
    let attempts: Int
    let parkedAt: Date
  }

  struct List: AsyncParsableCommand {
    func run() async throws {
      var open = 0
      for service in ServiceName.allCases {
        let letters = try await Connection.withOwner { owner in
          try await owner.withTransaction(as: .system("dead letters")) { transaction in
            try await transaction.query(
              """
              select id, consumer, type, reason, attempts, parked_at from \(unsafeSQL: service.rawValue).dead_letter
              where resolved_at is null order by id limit 500
              """, as: Letter.self)
          }
        }
        open += letters.count
        for letter in letters {
          print(
            "\(service.rawValue) \(letter.id) \(letter.consumer) \(letter.type) \(letter.reason)"
              + " attempts=\(letter.attempts) \(Moment.text(letter.parkedAt))")
        }
      }
      if open == 0 { print("No dead letters.") }
    }
  }

  struct Replay: AsyncParsableCommand {
    @Option(help: "The service.") var service: String
    @Option(help: "One letter; all of the service where absent.") var id: Int?

    func run() async throws {
      guard let service = ServiceName(rawValue: service) else { throw ValidationError("unknown service \(service)") }
      let asked = try await Connection.withOwner { owner in
        try await owner.withTransaction(as: .system("dead letters")) { transaction in
          try await transaction.execute(
            """
            update \(unsafeSQL: service.rawValue).dead_letter set replay_at = now()
            where resolved_at is null and (\(id)::bigint is null or id = \(id)::bigint)
            """)
        }
      }
      print("\(asked) to be replayed by the running consumers.")
    }
  }
}
