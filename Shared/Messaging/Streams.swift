import API

/// Which Redis streams events travel on. A stream is written by the service of its name alone (`deploy/redis/users.acl`);
/// the audit log's lines, which every service writes, have one for each.
public enum Streams {
  /// The Redis key of a stream.
  public static func name(_ stream: String) -> String { "jalons:\(stream)" }

  /// The stream of a Redis key.
  static func stream(_ key: String) -> String { String(key.dropFirst("jalons:".count)) }

  private static let audit = "audit"

  static func written(_ stream: String, by service: String) -> String {
    name(stream == audit ? "\(audit):\(service)" : stream)
  }

  /// Also the stream that all services wrote their lines of the audit log on, before each had its own.
  static func everWritten(_ stream: String, by service: String) -> [String] {
    stream == audit ? [written(stream, by: service), name(stream)] : [name(stream)]
  }

  /// What a consumer of a stream reads.
  static func read(_ stream: String) -> [String] {
    stream == audit ? [audit] + ServiceName.allCases.map { "\(audit):\($0.rawValue)" } : [stream]
  }

  /// Whether an event was written by whom it says, as far as the stream tells: its type names the service that alone writes
  /// there, and a line of the audit log is about an act of the service that wrote it.
  static func isGenuine(_ envelope: Envelope, on stream: String) -> Bool {
    guard read(audit).contains(stream) else { return envelope.type.hasPrefix("\(stream).") }
    let writer = envelope.source.split(separator: "/").last.map(String.init) ?? ""
    guard stream == audit || stream == "\(audit):\(writer)" else { return false }
    guard case .object(let data) = envelope.data, case .object(let act) = data["act"],
      case .string(let name) = act["name"]
    else { return false }
    return name.hasPrefix("\(writer).")
  }
}

/// An event that another service than its own wrote: it is set aside, and counted among the dead letters.
struct ForgedEvent: Error {
  let source: String
}
