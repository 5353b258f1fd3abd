import Crypto
import Domain
import Foundation
import NIOCore
import NIOFoundationCompat

/// Files kept under the SHA-256 of their content, for one service: the same content is kept once, no name that a user
/// gave ever becomes a path, and what a service keeps can be erased without asking the others.
///
/// Content goes in and out in chunks and is never whole in memory.
public protocol FileStore: Sendable {
  /// Keeps what `content` gives. Once this returns, the file survives a power cut; it never exists half-written.
  /// - Throws: `DocumentError.tooLarge` past `limit` bytes; what `content` throws. Nothing is kept then.
  func put<Content: AsyncSequence & Sendable>(_ content: Content, limit: Int) async throws -> StoredFile
  where Content.Element == ByteBuffer

  /// The content of that digest, opened but not read yet.
  /// - Throws: `DocumentError.fileNotFound`. Reading throws `.fileDamaged` before the last chunk when the content no
  ///   longer matches its digest.
  func open(_ digest: String) async throws -> StoredContent

  /// Removes the content of that digest, if it is there. Only call it when no row refers to the digest any more.
  func remove(_ digest: String) async throws
}

/// What a store says of a file that it took.
public struct StoredFile: Sendable, Equatable {
  /// SHA-256 in 64 lower-case hexadecimal digits.
  public let digest: String
  /// Size in bytes.
  public let bytes: Int
}

extension FileStore {
  /// Keeps content that is in memory already, such as a letter just produced.
  @discardableResult
  public func put(_ content: Data) async throws -> StoredFile {
    try await put(InMemory(buffer: ByteBuffer(bytes: content)), limit: .max)
  }

  /// The whole content of a file known to be small, such as a Word model.
  /// - Throws: as `open`; `DocumentError.tooLarge` past `limit` bytes.
  public func data(_ digest: String, limit: Int = 32 << 20) async throws -> Data {
    let content = try await open(digest)
    guard content.bytes <= limit else { throw DocumentError.tooLarge }
    var data = Data(capacity: content.bytes)
    for try await chunk in content { data.append(contentsOf: chunk.readableBytesView) }
    return data
  }
}

extension Data {
  /// SHA-256 as file stores name content by: 64 lower-case hexadecimal digits.
  public var fileDigest: String { SHA256.hash(data: self).hexadecimal }
}

/// A name that is no digest reaches no file.
func isDigest(_ text: String) -> Bool {
  text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
}

/// `ab/cd/abcd…`: two levels keep folders small.
func digestPath(_ digest: String) -> String { "\(digest.prefix(2))/\(digest.dropFirst(2).prefix(2))/\(digest)" }

/// One buffer as a sequence of chunks.
private struct InMemory: AsyncSequence, Sendable {
  let buffer: ByteBuffer

  struct AsyncIterator: AsyncIteratorProtocol {
    var rest: ByteBuffer?

    mutating func next() async throws -> ByteBuffer? {
      defer { rest = nil }
      return rest
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: buffer) }
}
