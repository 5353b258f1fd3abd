import Foundation

/// Reads a file's persons a chunk at a time, on a thread of its own.
actor FeedReading {
  private let handle: FileHandle
  private var reader: FeedReader
  private var ending: FeedSummary?

  /// - Throws: when there is no such file.
  init(_ file: URL, department: String) throws {
    handle = try FileHandle(forReadingFrom: file)
    reader = FeedReader(department: department)
  }

  deinit { try? handle.close() }

  struct Chunk {
    /// Of the households that end in it, maybe none.
    let people: [FeedPerson]
    /// How much of the file it is.
    let bytes: Int
  }

  /// The next part of the file; nil at the end of one that is whole.
  /// - Throws: `FeedRefusal`, which refuses the whole file.
  func next() throws -> Chunk? {
    if let bytes = try handle.read(upToCount: 256 * 1024), !bytes.isEmpty {
      return Chunk(people: try reader.consume(Array(bytes)), bytes: bytes.count)
    }
    ending = try reader.finish()
    return nil
  }

  /// What the file says of itself, once `next()` has given nil.
  /// - Throws: `FeedRefusal.empty` before.
  func summary() throws -> FeedSummary {
    guard let ending else { throw FeedRefusal.empty }
    return ending
  }
}
