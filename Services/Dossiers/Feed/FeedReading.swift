import Foundation

/// Reads a file's persons a chunk at a time, on a thread of its own.
actor FeedReading {
  private let handle: FileHandle
  private var reader: FeedReader
  private var ending: FeedSummary?

  /// - Parameter county: how a county's own file is read.
  /// - Throws: when there is no such file.
  init(_ file: URL, department: String, county: CountyCSV?) throws {
    handle = try FileHandle(forReadingFrom: file)
    reader = FeedReader(department: department, county: county)
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
    guard ending == nil else { return nil }
    if let bytes = try handle.read(upToCount: 256 * 1024), !bytes.isEmpty {
      return Chunk(people: try reader.consume(Array(bytes)), bytes: bytes.count)
    }
    let end = try reader.finish()
    ending = end.summary
    return end.people.isEmpty ? nil : Chunk(people: end.people, bytes: 0)
  }

  /// What the file says of itself, once `next()` has given nil.
  /// - Throws: `FeedRefusal.empty` before.
  func summary() throws -> FeedSummary {
    guard let ending else { throw FeedRefusal.empty }
    return ending
  }
}
