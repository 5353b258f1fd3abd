import Foundation
import NIOCore
import Synchronization

/// A file on its way through a process: written to disk as it comes, and read as often as it is sent on. It has no name
/// on the disk, so that it is gone with the last who holds it, and with a process that is killed.
public final class PassingFile: AsyncSequence, Sendable {
  public typealias Element = ByteBuffer

  private let descriptor: CInt
  private let written = Mutex(0)

  /// Size of the parts that are read from it, in bytes.
  private static let part = 128 * 1024

  /// An empty file in the folder of temporary files (`TMPDIR`).
  /// - Throws: `CocoaError` where the folder takes none.
  public init() throws {
    var path = Array(FileManager.default.temporaryDirectory.appending(path: "jalons-XXXXXX").path.utf8CString)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    unlink(path)
  }

  deinit { close(descriptor) }

  /// Size in bytes.
  public var size: Int { written.withLock { $0 } }

  /// Adds to the end. One writer at a time.
  /// - Throws: `CocoaError`, as where the disk is full.
  public func append(_ buffer: ByteBuffer) throws {
    try buffer.withUnsafeReadableBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw CocoaError(errno == ENOSPC ? .fileWriteOutOfSpace : .fileWriteUnknown) }
        done += count
      }
    }
    written.withLock { $0 += buffer.readableBytes }
  }

  /// Adds to the end. One writer at a time.
  public func append(_ bytes: Data) throws { try append(ByteBuffer(bytes: bytes)) }

  /// The whole of a file that is known to be small.
  public func data() throws -> Data {
    var (data, offset) = (Data(capacity: size), 0)
    while let part = try read(at: offset) {
      data.append(contentsOf: part.readableBytesView)
      offset += part.readableBytes
    }
    return data
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let file: PassingFile
    fileprivate var offset = 0

    public mutating func next() async throws -> ByteBuffer? {
      let part = try file.read(at: offset)
      offset += part?.readableBytes ?? 0
      return part
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(file: self) }

  /// Nil at the end.
  private func read(at offset: Int) throws -> ByteBuffer? {
    let wanted = Swift.min(size - offset, Self.part)
    guard wanted > 0 else { return nil }
    var buffer = ByteBufferAllocator().buffer(capacity: wanted)
    let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space -> Int in
      let count = pread(descriptor, space.baseAddress, wanted, off_t(offset))
      guard count > 0 else { throw CocoaError(.fileReadUnknown) }
      return count
    }
    return count > 0 ? buffer : nil
  }
}
