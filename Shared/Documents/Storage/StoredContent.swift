import AsyncHTTPClient
import Crypto
import Domain
import Foundation
import NIOCore
import NIOFoundationCompat

/// The content of a stored file, chunk by chunk. The last chunk comes only if the whole matches the digest.
public struct StoredContent: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer

  enum Source: Sendable {
    case file(URL)
    case response(HTTPClientResponse.Body)
  }

  /// SHA-256 in hexadecimal digits.
  public let digest: String
  /// Size in bytes.
  public let bytes: Int
  let source: Source

  /// Size of the chunks that are read from a file.
  static let chunk = 128 * 1024

  public struct AsyncIterator: AsyncIteratorProtocol {
    private enum Reader {
      case unopened(URL)
      case file(FileHandle)
      case response(HTTPClientResponse.Body.AsyncIterator)
      case finished
    }

    private let digest: String
    private var reader: Reader
    private var hash = SHA256()
    /// Read and not given yet: held back until it is known that more comes, or that the digest matches.
    private var held: ByteBuffer?

    fileprivate init(_ content: StoredContent) {
      digest = content.digest
      switch content.source {
      case .file(let url): reader = .unopened(url)
      case .response(let body): reader = .response(body.makeAsyncIterator())
      }
    }

    public mutating func next() async throws -> ByteBuffer? {
      while let chunk = try await read() {
        hash.update(data: chunk.readableBytesView)
        guard let ready = held else {
          held = chunk
          continue
        }
        held = chunk
        return ready
      }
      guard case .finished = reader else {
        reader = .finished
        guard hash.finalize().hexadecimal == digest else { throw DocumentError.fileDamaged }
        defer { held = nil }
        return held
      }
      return nil
    }

    private mutating func read() async throws -> ByteBuffer? {
      switch reader {
      case .finished: return nil
      case .unopened(let url):
        reader = .file(try FileHandle(forReadingFrom: url))
        return try await read()
      case .file(let handle):
        guard let data = try handle.read(upToCount: StoredContent.chunk), !data.isEmpty else { return nil }
        return ByteBuffer(bytes: data)
      case .response(var iterator):
        let chunk = try await iterator.next()
        reader = .response(iterator)
        return chunk
      }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
