import ArgumentParser
import Domain
import Foundation
import Service

struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Checks the audit log.", subcommands: [Verify.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks that no line was changed, taken out or added.",
      discussion: """
        It prints the last line's position and hash: keep them outside the reach of the administrators of the database, \
        and give them to the next check, which then finds a log whose end was cut off. With JALONS_KEY_AUDIT_MARK (or \
        JALONS_SECRET) it checks as well that identity wrote the lines. It ends with 3 where something is wrong.
        """)

    @Option(help: "The position that an earlier check printed.") var position: Int?
    @Option(help: "The hash that it printed.") var hash: String?

    func validate() throws {
      guard (position == nil) == (hash == nil) else { throw ValidationError("--position and --hash go together") }
      if let hash, Data(hexadecimal: hash)?.count != 32 {
        throw ValidationError("--hash is the 64 hexadecimal digits that a check printed")
      }
    }

    func run() async throws {
      let settings = try Settings()
      let hasKey = [KeyPurpose.auditMark.setting, "JALONS_SECRET"].contains { settings.optional($0) != nil }
      let marks = hasKey ? KeySeal(try settings.key(.auditMark)) : nil
      let note = position.flatMap { position in
        hash.flatMap { Data(hexadecimal: $0) }.map { AuditChain.Note(position: position, hash: $0) }
      }
      let finding = try await Connection.withOwner { try await AuditChain(postgres: $0, marks: marks).verify(note) }
      for line in finding.lines(checksMarks: hasKey) { print(line) }
      guard finding.isSound else { throw ExitCode(3) }
    }
  }
}

extension AuditChain.Finding {
  var isSound: Bool { brokenAt == nil && unmarked == 0 && noted != .cut && noted != .changed }

  /// What is said of it, a line each.
  func lines(checksMarks: Bool) -> [String] {
    var lines = ["\(entries) entries sound"]
    if removed > 0 { lines.append("\(removed) before them were taken out for their age") }
    if let brokenAt { lines.append("broken at \(brokenAt)") }
    if !checksMarks { lines.append("marks not checked: neither JALONS_KEY_AUDIT_MARK nor JALONS_SECRET is set") }
    if unmarked > 0 {
      lines.append(
        "the last \(unmarked) bear no mark: right after the upgrade, until identity has written another line; else they "
          + "were not written by identity")
    }
    switch noted {
    case .found: lines.append("the line that was noted is there")
    case .changed: lines.append("the line that was noted is not what it was")
    case .cut: lines.append("the log ends before the line that was noted: its end was cut off")
    case .removed: lines.append("the line that was noted was taken out for its age")
    case nil: break
    }
    if brokenAt == nil, let last {
      lines.append("keep elsewhere: --position \(last) --hash \(lastHash.hexadecimal)")
    }
    return lines
  }
}
