import Foundation

/// A folder of our own below the temporary one, closed to other users since letters pass through it.
struct ScratchFolder: Sendable {
  let url: URL

  init(in parent: URL = FileManager.default.temporaryDirectory) throws {
    url = parent.appending(path: "jalons-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func file(_ name: String) -> URL { url.appending(path: name, directoryHint: .notDirectory) }

  /// Removes the folder and what it holds. A folder already gone is no fault.
  func remove() {
    do { try FileManager.default.removeItem(at: url) } catch CocoaError.fileNoSuchFile {} catch {
      // The system's own cleaning takes what is left; the work itself has succeeded or failed before.
    }
  }
}
