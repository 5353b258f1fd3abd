import HTTPTypes
import Synchronization

/// Which methods each path is served by: what is asked for by another is told so (405), whatever the method.
final class ServedMethods: Sendable {
  private struct Path {
    /// The parts of the path; nil stands for a parameter.
    let parts: [Substring?]
    var methods: Set<String>

    func matches(_ asked: [Substring]) -> Bool {
      asked.count == parts.count && zip(parts, asked).allSatisfy { $0 == nil || $0 == $1 }
    }
  }

  private let paths = Mutex<[Path]>([])

  func add(_ method: HTTPRequest.Method, at path: String) {
    let parts = path.split(separator: "/").map { $0.hasPrefix("{") ? nil : $0 }
    // HEAD is answered wherever GET is.
    let methods: Set<String> = method == .get ? ["GET", "HEAD"] : [method.rawValue]
    paths.withLock { $0.append(Path(parts: parts, methods: methods)) }
  }

  /// What `Allow` says of a path; nil where nothing is served.
  func allowed(at path: String) -> String? {
    let asked = path.split(separator: "/")
    let methods = paths.withLock { $0.filter { $0.matches(asked) }.reduce(into: Set()) { $0.formUnion($1.methods) } }
    return methods.isEmpty ? nil : methods.sorted().joined(separator: ", ")
  }
}
