import Foundation
import Testing

@testable import Documents

@Suite struct FileStoreTests {
  /// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
  private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("a file is found by the digest of its content, in two levels of folders")
  func putAndGet() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FileStore(folder: scratch.url)
    #expect(try await store.put(Data("abc".utf8)) == abc)
    #expect(try await store.get(abc) == Data("abc".utf8))
    #expect(try files(below: scratch.url, named: abc) == ["ba/78/\(abc)"])
  }

  @Test("twenty writers of one content leave one whole file and nothing else")
  func concurrentPuts() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FileStore(folder: scratch.url)
    let content = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) })
    try await withThrowingTaskGroup { group in
      for _ in 0..<20 { group.addTask { try await store.put(content) } }
      for try await digest in group { #expect(try await store.get(digest) == content) }
    }
    let all = try FileManager.default.subpathsOfDirectory(atPath: scratch.url.path)
    #expect(all.count == 3)
  }

  @Test(
    "a name that is no digest reaches no file", arguments: ["", "../../etc/passwd", String(repeating: "A", count: 64)])
  func notADigest(name: String) async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FileStore(folder: scratch.url)
    await #expect(throws: DocumentError.fileNotFound) { try await store.get(name) }
  }

  @Test("a damaged file is not handed out, and is mended by putting it again")
  func damage() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FileStore(folder: scratch.url)
    let digest = try await store.put(Data("abc".utf8))
    try Data("abd".utf8).write(to: scratch.url.appending(path: "ba/78/\(digest)"))
    await #expect(throws: DocumentError.fileDamaged) { try await store.get(digest) }
    _ = try await store.put(Data("abc".utf8))
    #expect(try await store.get(digest) == Data("abc".utf8))
  }

  @Test("what is removed is not found, and removing it twice is no fault")
  func removal() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let store = try FileStore(folder: scratch.url)
    let digest = try await store.put(Data("abc".utf8))
    try await store.remove(digest)
    try await store.remove(digest)
    await #expect(throws: DocumentError.fileNotFound) { try await store.get(digest) }
  }
}
