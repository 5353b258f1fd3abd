import Foundation
import Service

/// The clock of an instance that is being made, which the demonstration sets back to make the past: `./jalons up` names its
/// file, and sets it at the machine's time again wherever this is interrupted.
struct DemoClock: Sendable {
  private let file: URL
  /// Seconds that it is ahead of the machine's while the present is made.
  private let present: Int

  /// Nil where the instance runs by the machine's clock.
  init?(_ settings: Settings) throws {
    guard let path = settings.optional("JALONS_CLOCK_FILE") else { return nil }
    file = URL(filePath: path)
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    present = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  func stand(daysAgo days: Int) throws {
    // Replaced in one go: a process that reads at this instant sees the old offset or the new one.
    try Data("\(present - days * 86_400)\n".utf8).write(to: file, options: .atomic)
  }
}
