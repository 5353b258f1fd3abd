import Crypto
import Foundation

/// Files kept in a folder under the SHA-256 of their content: the same content is kept once, and no name given by a
/// user ever becomes a path.
public struct FileStore: Sendable {
  private let folder: URL

  /// Uses `folder`, made if it is missing.
  public init(folder: URL) throws {
    self.folder = folder
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// Keeps `content` and gives its digest: SHA-256 in 64 lower-case hexadecimal digits. Once this returns, the file
  /// survives a power cut; it never exists half-written.
  public func put(_ content: Data) async throws -> String {
    let digest = Self.digest(of: content)
    let target = place(of: digest)
    // A damaged copy is replaced: what is put must be what is got.
    if let kept = try read(target), Self.digest(of: kept) == digest { return digest }
    let directory = target.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let incoming = directory.appending(path: "incoming-\(UUID().uuidString)")
    do {
      let permissions = [FileAttributeKey.posixPermissions: 0o600]
      guard FileManager.default.createFile(atPath: incoming.path, contents: nil, attributes: permissions) else {
        throw CocoaError(.fileWriteUnknown)
      }
      let handle = try FileHandle(forWritingTo: incoming)
      defer { handle.closeFile() }
      try handle.write(contentsOf: content)
      try handle.synchronize()
      guard rename(incoming.path, target.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      try Self.synchronize(directory)
    } catch {
      unlink(incoming.path)
      throw error
    }
    return digest
  }

  /// The content of that digest. Throws `.fileNotFound`, or `.fileDamaged` when it no longer matches.
  public func get(_ digest: String) async throws -> Data {
    guard Self.isDigest(digest), let content = try read(place(of: digest)) else {
      throw DocumentError.fileNotFound
    }
    guard Self.digest(of: content) == digest else { throw DocumentError.fileDamaged }
    return content
  }

  /// Removes the content of that digest, if it is there: only who knows that nothing refers to it any more may ask.
  public func remove(_ digest: String) async throws {
    guard Self.isDigest(digest), unlink(place(of: digest).path) != 0, errno != ENOENT else { return }
    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }

  /// The SHA-256 of `content` as `put` names it.
  public static func digest(of content: Data) -> String {
    let hexadecimal = Array("0123456789abcdef".utf8)
    let digits = SHA256.hash(data: content).flatMap { [hexadecimal[Int($0 >> 4)], hexadecimal[Int($0 & 15)]] }
    return String(decoding: digits, as: UTF8.self)
  }

  private static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  /// `ab/cd/abcd…`: two levels keep folders small.
  private func place(of digest: String) -> URL {
    folder.appending(path: "\(digest.prefix(2))/\(digest.dropFirst(2).prefix(2))/\(digest)")
  }

  private func read(_ file: URL) throws -> Data? {
    do { return try Data(contentsOf: file) } catch CocoaError.fileReadNoSuchFile { return nil }
  }

  /// Makes the new name last: a rename is kept only once its folder is written.
  private static func synchronize(_ directory: URL) throws {
    let descriptor = open(directory.path, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }
}
