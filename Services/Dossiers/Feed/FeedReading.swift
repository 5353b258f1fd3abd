import Foundation

/// Reads a file's persons a chunk at a time, beside whoever waits for them.
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

  /// The next part of the file; nil at the end of one that is whole. It is read on another thread than the caller's: a
  /// transaction keeps all that it starts, actors too, on its connection's.
  /// - Throws: `FeedRefusal`, which refuses the whole file.
  nonisolated func next() async throws -> Chunk? {
    try await withTaskExecutorPreference(globalConcurrentExecutor) { try await self.read() }
  }

  private func read() throws -> Chunk? {
    guard ending == nil else { return nil }
    if let bytes = try handle.read(upToCount: 512 * 1024), !bytes.isEmpty {
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
