import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import ServiceLifecycle

extension Transaction {
  /// Who the county is, as its administrators say (rule A14).
  public func county() async throws -> CountyDetails {
    try await first(
      "select name, department, address, sms_sender, mail_sender, time_zone from identity.v1_county",
      as: CountyDetails.self) ?? CountyDetails()
  }

  /// As the county calls itself at the head of what it sends.
  /// - Throws: 409 where it does not say.
  public func countyName() async throws -> String {
    guard let name = try await county().name else { throw Problem.countyIncomplete("Le nom du Département") }
    return name
  }

  /// The county's number: `07`.
  /// - Throws: 409 where it does not say.
  public func department() async throws -> String {
    guard let department = try await county().department else {
      throw Problem.countyIncomplete("Le numéro du département")
    }
    return department
  }
}

extension Problem {
  /// The county has not said yet what this needs.
  /// - Parameter what: « Le nom du Département ».
  public static func countyIncomplete(_ what: String) -> Problem {
    .conflict(
      "departement-incomplet", "\(what) n’est pas renseigné.",
      detail: "Un administrateur l’indique dans Administration, Département.")
  }
}

/// Keeps the hours of this process the county's: they change within a minute of the page that says so.
struct CountyHours: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let logger: Logger

  func run() async throws {
    await repeating(every: .seconds(60), logger: logger, complaint: "the county's hours were not read") {
      let county = try await postgres.withTransaction(as: .system("county")) { try await $0.county() }
      Calendar.show(hoursOf: county.timeZone.rawValue)
    }
  }
}
