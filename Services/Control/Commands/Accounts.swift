import API
import ArgumentParser
import Domain

extension Profile: ExpressibleByArgument {}

struct Accounts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Makes accounts.", subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes an active account; prints a one-time password where none is given.")
    @Option var email: String
    @Option var familyName: String
    @Option var givenName: String = ""
    @Option(help: "The profile's code.") var profile: Profile
    @Option(help: "The organisation's name.") var organisation: String?
    @Option(help: "Codes of territories.") var territory: [String] = []

    func run() async throws {
      let made = try await Connection.withOwner { owner in
        try await AccountCreation(postgres: owner).create(
          email: email, familyName: familyName, givenName: givenName, profile: profile, organisation: organisation,
          territories: territory)
      }
      print("\(email) \(profile.rawValue)")
      if let password = made.password { print(password) }
    }
  }
}
