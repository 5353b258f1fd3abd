import Foundation
import NIOCore

/// A file store in a folder of this machine, or of a shared disk.
public struct FolderStore: FileStore {
  private let folder: URL
  /// Where services kept their files together before each had a folder of its own (November 2026). Read only.
  private let former: URL

  /// - Parameters:
  ///   - root: made if it is missing.
  ///   - schema: the service's, the name of its folder below `root`.
  public init(root: URL, schema: String) throws {
    former = root
    folder = root.appending(path: schema, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try Spool.sweep(folder)
  }

  public func put<Content: AsyncSequence & Sendable>(_ content: Content, limit: Int) async throws -> StoredFile
  where Content.Element == ByteBuffer {
    let spool = try await Spool.receive(content, in: folder, limit: limit)
    do {
      let target = folder.appending(path: digestPath(spool.file.digest))
      let directory = target.deletingLastPathComponent()
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      // Replaces a copy that is there: it has the same content, or is damaged.
      guard rename(spool.url.path, target.path) == 0 else { throw Self.fault() }
      try Self.synchronize(directory)
      return spool.file
    } catch {
      spool.remove()
      throw error
    }
  }

  public func open(_ digest: String) async throws -> StoredContent {
    guard isDigest(digest) else { throw DocumentError.fileNotFound }
    for folder in [folder, former] {
      let url = folder.appending(path: digestPath(digest))
      do {
        let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        return StoredContent(digest: digest, bytes: size, source: .file(url))
      } catch CocoaError.fileReadNoSuchFile {
        continue
      }
    }
    throw DocumentError.fileNotFound
  }

  public func remove(_ digest: String) async throws {
    guard isDigest(digest), unlink(folder.appending(path: digestPath(digest)).path) != 0, errno != ENOENT else {
      return
    }
    throw Self.fault()
  }

  private static func fault() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

  /// A rename lasts only once its folder is written.
  private static func synchronize(_ directory: URL) throws {
    let descriptor = Foundation.open(directory.path, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw fault() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault() }
  }
}
