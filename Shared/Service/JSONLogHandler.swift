import Domain
import Foundation
import Logging

/// One JSON object a line on standard output. What is logged never holds a name, a NIR, a phone number or a text.
struct JSONLogHandler: LogHandler {
  let label: String
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]
  /// Where lines go: standard output.
  var descriptor: Int32 = 1

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields: [String: String] = [
      "time": Moment.text(Date()), "level": event.level.rawValue, "process": label,
      "message": event.message.description,
    ]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
      // What every line has is not replaced by what one of them adds.
      fields[fields[key] == nil ? key : "metadata.\(key)"] = value.description
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var line = try? encoder.encode(fields) else { return }
    line.append(UInt8(ascii: "\n"))
    line.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
  }
}
