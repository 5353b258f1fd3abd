import Foundation

/// The SQL that every schema stands on, in the order of the files' names: `SQL/before` makes what migrations use, `SQL/after`
/// puts in order what they left.
enum SharedSQL {
  static func scripts(_ part: String) throws -> [String] {
    guard let folder = Bundle.module.url(forResource: "SQL", withExtension: nil)?.appending(path: part) else {
      throw MigrationError.missing("SQL/\(part)")
    }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }.sorted()
      .map { String(decoding: try Data(contentsOf: folder.appending(path: $0)), as: UTF8.self) }
  }
}
