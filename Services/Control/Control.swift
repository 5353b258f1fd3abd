import ArgumentParser

@main struct Control: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jalonsctl", abstract: "Operates a Jalons installation.",
    subcommands: [
      Migrate.self, Feed.self, Accounts.self, Outbox.self, DeadLetters.self, Audit.self, Doctor.self, Demo.self,
    ])
}
