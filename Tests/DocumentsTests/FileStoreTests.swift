import Foundation
import NIOCore
import Testing

@testable import Documents

@Suite struct FileStoreTests {
  /// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
  private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("a file is found by the digest of its content, below its service, in two levels of folders")
  func putAndGet() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FolderStore(root: scratch.url, schema: "contracts")
    #expect(try await store.put(Data("abc".utf8)) == StoredFile(digest: abc, bytes: 3))
    #expect(try await store.data(abc) == Data("abc".utf8))
    #expect(try files(below: scratch.url, named: abc) == ["contracts/ba/78/\(abc)"])
    let other = try FolderStore(root: scratch.url, schema: "dossiers")
    await #expect(throws: DocumentError.fileNotFound) { try await other.data(abc) }
  }

  @Test("content in chunks is kept in order; beyond the limit, or when its sender breaks off, nothing is kept")
  func chunks() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FolderStore(root: scratch.url, schema: "dossiers")
    let chunk = ByteBuffer(repeating: 7, count: 100_000)
    let kept = try await store.put(Chunks(chunk: chunk, count: 30), limit: 3_000_000)
    #expect(kept.bytes == 3_000_000)
    #expect(try await store.data(kept.digest) == Data(repeating: 7, count: 3_000_000))
    await #expect(throws: DocumentError.tooLarge) {
      try await store.put(Chunks(chunk: chunk, count: 31), limit: 3_000_000)
    }
    await #expect(throws: Chunks.BrokenOff.self) {
      try await store.put(Chunks(chunk: chunk, count: 3, breaksOff: true), limit: 3_000_000)
    }
    #expect(
      try files(below: scratch.url.appending(path: "dossiers"), named: "").filter { $0.contains("incoming") } == [])
  }

  @Test("twenty writers of one content leave one whole file and nothing else")
  func concurrentPuts() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FolderStore(root: scratch.url, schema: "contracts")
    let content = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) })
    try await withThrowingTaskGroup(of: StoredFile.self) { group in
      for _ in 0..<20 { group.addTask { try await store.put(content) } }
      for try await file in group { #expect(try await store.data(file.digest) == content) }
    }
    let all = try FileManager.default.subpathsOfDirectory(atPath: scratch.url.path)
    #expect(all.count == 4)
  }

  @Test(
    "a name that is no digest reaches no file", arguments: ["", "../../etc/passwd", String(repeating: "A", count: 64)])
  func notADigest(name: String) async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FolderStore(root: scratch.url, schema: "contracts")
    await #expect(throws: DocumentError.fileNotFound) { try await store.data(name) }
  }

  @Test("a damaged file is not handed out, and is mended by putting it again")
  func damage() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FolderStore(root: scratch.url, schema: "contracts")
    let digest = try await store.put(Data("abc".utf8)).digest
    try Data("abd".utf8).write(to: scratch.url.appending(path: "contracts/ba/78/\(digest)"))
    await #expect(throws: DocumentError.fileDamaged) { try await store.data(digest) }
    try await store.put(Data("abc".utf8))
    #expect(try await store.data(digest) == Data("abc".utf8))
  }

  @Test("files kept before services had folders of their own are still found")
  func formerPlace() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let folder = scratch.url.appending(path: "ba/78")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("abc".utf8).write(to: folder.appending(path: abc))
    let store = try FolderStore(root: scratch.url, schema: "contracts")
    #expect(try await store.data(abc) == Data("abc".utf8))
  }

  @Test("what is removed is not found, and removing it twice is no fault")
  func removal() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FolderStore(root: scratch.url, schema: "contracts")
    let digest = try await store.put(Data("abc".utf8)).digest
    try await store.remove(digest)
    try await store.remove(digest)
    await #expect(throws: DocumentError.fileNotFound) { try await store.data(digest) }
  }
}

/// The same chunk several times over.
struct Chunks: AsyncSequence, Sendable {
  struct BrokenOff: Error {}

  let chunk: ByteBuffer
  let count: Int
  var breaksOff = false

  struct AsyncIterator: AsyncIteratorProtocol {
    let chunks: Chunks
    var given = 0

    mutating func next() async throws -> ByteBuffer? {
      guard given < chunks.count else {
        if chunks.breaksOff { throw BrokenOff() }
        return nil
      }
      given += 1
      return chunks.chunk
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self) }
}
