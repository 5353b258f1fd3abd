import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Style, scripts and icons: read once at start, answered from memory, renewed when their content changes.
struct StaticFiles: Sendable {
  /// What a portal without its style says at start.
  struct UnreadableFolder: Error, CustomStringConvertible {
    let folder: String
    var description: String { "the folder \(folder) cannot be read (JALONS_ASSETS, JALONS_VENDOR_ASSETS)" }
  }

  private struct File: Sendable {
    let bytes: ByteBuffer
    let type: String
    let tag: String
  }

  private let files: [String: File]

  private static let types = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "map": "application/json", "woff2": "font/woff2", "png": "image/png",
  ]

  /// - Parameter folders: a later one's file stands before an earlier one's of the same name.
  /// - Throws: ``UnreadableFolder`` when a folder cannot be read.
  init(folders: [String]) throws {
    var files: [String: File] = [:]
    for folder in folders {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw UnreadableFolder(folder: folder)
      }
      for name in names {
        guard let type = Self.types[(name as NSString).pathExtension],
          let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)")
        else { continue }
        let digest = SHA256.hash(data: bytes).prefix(12).hexadecimal
        files[name] = File(bytes: ByteBuffer(bytes: bytes), type: type, tag: "\"\(digest)\"")
      }
    }
    self.files = files
  }

  func response(_ name: String, ifNoneMatch: String?) -> Response {
    guard let file = files[name] else { return Response(status: .notFound) }
    let headers: HTTPFields = [
      .contentType: file.type, .eTag: file.tag, .cacheControl: "public, max-age=300, stale-while-revalidate=86400",
    ]
    if let ifNoneMatch, ifNoneMatch.contains(file.tag) { return Response(status: .notModified, headers: headers) }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
  }
}
