import API
import Domain
import Postgres
import Service

/// Under which name messages leave. Asked for with every batch, so that what the county says holds at once; as long as
/// it says nothing, no message is due.
struct Sender: Sendable, ExpressibleByStringLiteral {
  private let name: @Sendable () async throws -> String?

  init(_ name: @escaping @Sendable () async throws -> String?) { self.name = name }

  init(stringLiteral name: String) { self.name = { name } }

  /// - Throws: `SenderMissing` where the county takes it back just now: what was taken is due again in a minute.
  func callAsFunction() async throws -> String {
    guard let name = try await name() else { throw SenderMissing() }
    return name
  }
}

struct SenderMissing: Error, CustomStringConvertible {
  let description =
    "the county has not said who sends its messages: administration, Département, or jalonsctl county set"
}

extension PostgresClient {
  /// What the county says of itself as a sender.
  func sender(_ field: any KeyPath<CountyDetails, String?> & Sendable) async throws -> String? {
    try await withTransaction(as: .system("county")) { try await $0.county()[keyPath: field] }
  }
}
