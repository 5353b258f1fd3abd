import Crypto
import Domain
import Foundation
import NIOCore
import NIOFoundationCompat

/// A file being received: written below a folder of ours under a random name, hashed on the way, then put in its place
/// or taken away.
struct Spool {
  let url: URL
  let file: StoredFile

  /// Writes what `content` gives to a new file of `folder` and makes it last.
  /// - Throws: `DocumentError.tooLarge` past `limit` bytes; what `content` throws. The file is taken away then.
  static func receive<Content: AsyncSequence>(
    _ content: Content, in folder: URL, limit: Int
  ) async throws -> Spool where Content.Element == ByteBuffer {
    let url = folder.appending(path: "incoming-\(UUID().uuidString)")
    guard
      FileManager.default.createFile(
        atPath: url.path, contents: nil, attributes: [FileAttributeKey.posixPermissions: 0o600])
    else { throw CocoaError(.fileWriteUnknown) }
    do {
      let handle = try FileHandle(forWritingTo: url)
      defer { handle.closeFile() }
      var (hash, bytes) = (SHA256(), 0)
      for try await chunk in content {
        bytes += chunk.readableBytes
        guard bytes <= limit else { throw DocumentError.tooLarge }
        hash.update(data: chunk.readableBytesView)
        try handle.write(contentsOf: chunk.readableBytesView)
      }
      try handle.synchronize()
      return Spool(url: url, file: StoredFile(digest: hash.finalize().hexadecimal, bytes: bytes))
    } catch {
      unlink(url.path)
      throw error
    }
  }

  func remove() { unlink(url.path) }

  /// Takes away files that a killed process was receiving: those of `folder` untouched for a day.
  static func sweep(_ folder: URL) throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.contentModificationDateKey])
    for file in files where file.lastPathComponent.hasPrefix("incoming-") {
      let touched = try file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
      if let touched, touched.timeIntervalSinceNow < -86_400 { unlink(file.path) }
    }
  }
}
