import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A file store in a bucket of a server that speaks Amazon S3's interface (Amazon, OVHcloud, Scaleway, Ceph, MinIO).
public struct S3Store: FileStore {
  /// Where the bucket is, and as whom it is asked.
  public struct Configuration: Sendable {
    /// `https://s3.example.fr/bucket`.
    public let bucket: String
    public let region: String
    public let accessKey: String
    public let secretKey: String

    public init(bucket: String, region: String, accessKey: String, secretKey: String) {
      self.bucket = bucket
      self.region = region
      self.accessKey = accessKey
      self.secretKey = secretKey
    }
  }

  private let host: String
  private let origin: String
  private let prefix: String
  private let signature: S3Signature
  /// Where what comes is kept until its digest is known.
  private let incoming: URL
  private let client: HTTPClient

  /// - Throws: `CocoaError` when the bucket's address is none.
  public init(_ configuration: Configuration, schema: String, client: HTTPClient = .shared) throws {
    guard let url = URL(string: configuration.bucket), let scheme = url.scheme, let name = url.host() else {
      throw CocoaError(.fileReadInvalidFileName)
    }
    host = url.port.map { "\(name):\($0)" } ?? name
    origin = "\(scheme)://\(host)"
    prefix = "/" + (url.path().split(separator: "/").map(String.init) + [schema]).joined(separator: "/")
    signature = S3Signature(
      accessKey: configuration.accessKey, secretKey: configuration.secretKey, region: configuration.region)
    incoming = FileManager.default.temporaryDirectory.appending(
      path: "jalons-incoming-\(schema)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: incoming, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try Spool.sweep(incoming)
    self.client = client
  }

  public func put<Content: AsyncSequence & Sendable>(_ content: Content, limit: Int) async throws -> StoredFile
  where Content.Element == ByteBuffer {
    let spool = try await Spool.receive(content, in: incoming, limit: limit)
    defer { spool.remove() }
    let upload = StoredContent(digest: spool.file.digest, bytes: spool.file.bytes, source: .file(spool.url))
    let response = try await send(.PUT, spool.file.digest, payload: spool.file.digest, body: upload)
    guard response.status == .ok else { throw S3Fault(status: response.status.code) }
    return spool.file
  }

  public func open(_ digest: String) async throws -> StoredContent {
    guard isDigest(digest) else { throw DocumentError.fileNotFound }
    let response = try await send(.GET, digest, payload: Self.emptyDigest)
    switch response.status {
    case .ok: break
    case .notFound: throw DocumentError.fileNotFound
    default: throw S3Fault(status: response.status.code)
    }
    let size = response.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    return StoredContent(digest: digest, bytes: size, source: .response(response.body))
  }

  public func remove(_ digest: String) async throws {
    guard isDigest(digest) else { return }
    let response = try await send(.DELETE, digest, payload: Self.emptyDigest)
    guard [.noContent, .ok, .notFound].contains(response.status) else { throw S3Fault(status: response.status.code) }
  }

  private static let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  private func send(
    _ method: HTTPMethod, _ digest: String, payload: String, body: StoredContent? = nil
  ) async throws -> HTTPClientResponse {
    let path = "\(prefix)/\(digestPath(digest))"
    var request = HTTPClientRequest(url: origin + path)
    request.method = method
    let signed = signature.headers(
      method: method.rawValue, path: path, headers: ["host": host], payload: payload, at: Date())
    for (name, value) in signed where name != "host" { request.headers.add(name: name, value: value) }
    if let body { request.body = .stream(body, length: .known(Int64(body.bytes))) }
    return try await client.execute(request, timeout: .minutes(10))
  }
}

/// The bucket's server refused or failed.
public struct S3Fault: Error, CustomStringConvertible {
  let status: UInt

  public var description: String { "the S3 server answered \(status)" }
}
