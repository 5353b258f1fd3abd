import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Documents

/// Against moto, a server of others that speaks Amazon's interface, on this machine.
@Suite struct S3StoreTests {
  @Test("what goes into a bucket comes out of it, in chunks, below its service, until it is removed")
  func putGetRemove() async throws {
    try await withBucket { configuration in
      let store = try S3Store(configuration, schema: "dossiers")
      let kept = try await store.put(Chunks(chunk: ByteBuffer(repeating: 7, count: 100_000), count: 30), limit: .max)
      let again = try await store.put(Data(repeating: 7, count: 3_000_000))
      #expect(again == kept)
      let content = try await store.open(kept.digest)
      #expect(content.bytes == 3_000_000)
      var data = Data()
      for try await chunk in content { data.append(contentsOf: chunk.readableBytesView) }
      #expect(data == Data(repeating: 7, count: 3_000_000))
      let other = try S3Store(configuration, schema: "contracts")
      await #expect(throws: DocumentError.fileNotFound) { try await other.data(kept.digest) }
      try await store.remove(kept.digest)
      try await store.remove(kept.digest)
      await #expect(throws: DocumentError.fileNotFound) { try await store.data(kept.digest) }
    }
  }

  @Test("content that somebody changed in the bucket is not handed out")
  func damage() async throws {
    try await withBucket { configuration in
      let store = try S3Store(configuration, schema: "dossiers")
      let digest = try await store.put(Data("abc".utf8)).digest
      var request = HTTPClientRequest(url: "\(configuration.bucket)/dossiers/\(digestPath(digest))")
      request.method = .PUT
      request.body = .bytes(ByteBuffer(string: "abd"))
      // moto believes any signature, but wants one.
      request.headers.add(
        name: "authorization",
        value: "AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-3/s3/aws4_request, SignedHeaders=host, Signature=0")
      let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
      #expect(answer.status == .ok)
      await #expect(throws: DocumentError.fileDamaged) { try await store.data(digest) }
    }
  }

  @Test("a bucket that is not there is said, and nothing stays behind")
  func noBucket() async throws {
    try await withBucket { configuration in
      let missing = S3Store.Configuration(
        bucket: configuration.bucket + "-missing", region: "eu-west-3", accessKey: "key", secretKey: "secret")
      let store = try S3Store(missing, schema: "dossiers")
      await #expect(throws: S3Fault.self) { try await store.put(Data("abc".utf8)) }
    }
  }

  /// The example "GET Object" of Amazon's documentation ("Signature Calculations for the Authorization Header").
  @Test("a request is signed as Amazon's documentation shows")
  func signature() {
    let signature = S3Signature(
      accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1")
    let headers = signature.headers(
      method: "GET", path: "/test.txt", headers: ["host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9"],
      payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      at: Date(timeIntervalSince1970: 1_369_353_600))
    #expect(
      headers["authorization"]?.hasSuffix(
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41") == true)
  }

  private func withBucket(_ body: (S3Store.Configuration) async throws -> Void) async throws {
    let tools = try #require(ProcessInfo.processInfo.environment["JALONS_TEST_TOOLS"])
    let port = Int.random(in: 20_000...29_999)
    let server = Process()
    server.executableURL = URL(filePath: "\(tools)/moto_server")
    server.arguments = ["-H", "127.0.0.1", "-p", "\(port)"]
    server.standardOutput = FileHandle.nullDevice
    server.standardError = FileHandle.nullDevice
    try server.run()
    defer {
      // The runner's threads block SIGTERM, and what they start inherits that.
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    let bucket = "http://127.0.0.1:\(port)/jalons"
    try await makeBucket(bucket)
    try await body(.init(bucket: bucket, region: "eu-west-3", accessKey: "key", secretKey: "secret"))
  }

  /// Makes the bucket as soon as the server answers.
  private func makeBucket(_ address: String) async throws {
    var request = HTTPClientRequest(url: address)
    request.method = .PUT
    for attempt in 1... {
      do {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        #expect(response.status == .ok)
        return
      } catch  where attempt < 100 {
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }
}
