import API
import Foundation

/// Where a feed lies while it is received and read: for this process alone, which its name tells. It is full of NIRs, so what
/// a process that died could not delete any more is deleted by the next one.
enum FeedScratch {
  private static let prefix = "jalons-feed-"
  private static var folder: URL { FileManager.default.temporaryDirectory }
  /// Of one's own number, only what is older was another's: in a container every process has the same.
  private static let began = Date()

  /// Makes an empty file; whoever asks deletes it.
  /// - Throws: 503 when there is no place for it.
  static func file() throws -> URL {
    _ = began
    let file = folder.appending(path: "\(prefix)\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw Problem.busy }
    return file
  }

  /// Deletes what processes of this machine left that are no more.
  /// - Returns: how many files.
  @discardableResult
  static func forgetLeft() throws -> Int {
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter(isLeft)
    for name in left { try FileManager.default.removeItem(at: folder.appending(path: name)) }
    return left.count
  }

  private static func isLeft(_ name: String) -> Bool {
    guard name.hasPrefix(prefix), let owner = Int32(name.dropFirst(prefix.count).prefix { $0 != "-" }) else {
      return false
    }
    guard owner == ProcessInfo.processInfo.processIdentifier else { return kill(owner, 0) != 0 && errno == ESRCH }
    do {
      let file = folder.appending(path: name)
      let written = try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
      return written.map { $0 < began } ?? false
    } catch {
      // Gone meanwhile.
      return false
    }
  }
}
