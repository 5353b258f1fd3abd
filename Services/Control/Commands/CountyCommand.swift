import API
import ArgumentParser
import Domain
import Foundation
import Postgres
import Service

/// Who the county is, before anybody can sign in to say it on the page.
struct CountyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "county", abstract: "Who the county is.", subcommands: [Change.self, Show.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows who the county is, and what is missing.")

    func run() async throws {
      let details = try await Connection.withOwner { owner in
        try await owner.withTransaction(as: .system("county")) { try await $0.county() }
      }
      for (name, value) in CountyCommand.lines(details) { print("\(name): \(value ?? "—")") }
    }
  }

  struct Change: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Says who the county is; on a terminal, asks for what no option says.")
    @Option(help: "As it calls itself: Département de la Creuse.") var name: String?
    @Option(help: "Its number: 23, 2A, 974.") var department: String?
    @Option(help: "Its address, for documents.") var address: String?
    @Option(help: "Who SMS come from: 3 to 11 letters, digits and spaces.") var smsSender: String?
    @Option(help: "Who e-mails come from: Jalons <ne-pas-repondre@exemple.fr>.") var mailSender: String?
    @Option(help: "Its hours: Europe/Paris, Indian/Reunion…") var timeZone: String?
    @Flag(help: "Asks nothing, even on a terminal.") var quiet = false

    func run() async throws {
      try await Connection.withOwner { owner in
        let known = try await owner.withTransaction(as: .system("county")) { try await $0.county() }
        let details = try said(over: known)
        try await CountyCommand.keep(details, over: known, owner)
      }
    }

    /// What the options say, then what is answered on the terminal.
    private func said(over known: CountyDetails) throws -> CountyDetails {
      var details = known
      if let timeZone {
        guard let zone = CountyTimeZone(rawValue: timeZone) else {
          let all = CountyTimeZone.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("« \(timeZone) » n’est pas une heure connue : \(all).")
        }
        details.timeZone = zone
      }
      let isAsking = !quiet && isatty(0) == 1
      func ask(_ given: String?, _ path: WritableKeyPath<CountyDetails, String?>, _ question: String) throws {
        if let given { details[keyPath: path] = given }
        while true {
          if isAsking, given == nil, details[keyPath: path] == nil {
            print("\(question) (Entrée : plus tard) : ", terminator: "")
            fflush(nil)
            details[keyPath: path] = readLine()
          }
          details = details.tidied
          guard let fault = details.faults.first else { return }
          guard isAsking, given == nil else { throw ValidationError(fault.message) }
          print(fault.message)
          details[keyPath: path] = nil
        }
      }
      try ask(name, \.name, "Nom du Département, par exemple « Département de la Creuse »")
      try ask(department, \.department, "Numéro du département, par exemple 23")
      try ask(address, \.address, "Adresse")
      try ask(smsSender, \.smsSender, "Expéditeur des SMS, 11 caractères au plus")
      try ask(mailSender, \.mailSender, "Expéditeur des courriels, par exemple Jalons <ne-pas-repondre@exemple.fr>")
      return details
    }
  }

  static func lines(_ details: CountyDetails) -> [(String, String?)] {
    [
      ("nom", details.name), ("numéro", details.department), ("adresse", details.address),
      ("SMS", details.smsSender), ("courriels", details.mailSender), ("heure", details.timeZone.rawValue),
    ]
  }

  private static func keep(_ details: CountyDetails, over known: CountyDetails, _ owner: PostgresClient) async throws {
    guard details != known else { return }
    try await owner.withTransaction(as: .system("county")) { transaction in
      try await transaction.execute(
        """
        update identity.county set name = \(details.name), department = \(details.department),
          address = \(details.address), sms_sender = \(details.smsSender), mail_sender = \(details.mailSender),
          time_zone = \(details.timeZone), version = version + 1
        """)
      try await transaction.execute(
        """
        insert into identity.county_change (before, after, at, account_name)
        values (\(json: known), \(json: details), clock_timestamp(), 'jalonsctl')
        """)
    }
  }
}
