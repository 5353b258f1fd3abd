import ArgumentParser
import Foundation
import Postgres

@main struct Control: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jalonsctl", abstract: "Operates a Jalons installation.",
    subcommands: [
      Migrate.self, CountyCommand.self, Feed.self, Accounts.self, Outbox.self, Consumers.self, DeadLetters.self,
      Audit.self, Doctor.self,
      Demo.self, SecretsCommand.self,
    ])

  /// As ArgumentParser does, but what the database refused is told whole: this is an operator's screen.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var running = command as? any AsyncParsableCommand {
        try await running.run()
      } else {
        try command.run()
      }
    } catch let error as PostgresError {
      FileHandle.standardError.write(Data("Error: \(error.debugDescription)\n".utf8))
      exit(withError: ExitCode.failure)
    } catch {
      exit(withError: error)
    }
  }
}
