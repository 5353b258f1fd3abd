import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Style, scripts and icons: read once at start, answered from memory, kept by browsers for a year under an address that
/// says what their content is.
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
  /// Addresses of what was read, for the pages.
  private static let addresses = Mutex<[String: String]>([:])

  /// Where a page finds an asset: `jalons.css` is `/assets/jalons.0f3a….css`. Everything that writes the address of an
  /// asset asks this function: under this address alone it is kept for a year, and another content has another one.
  static func address(of name: String) -> String { addresses.withLock { $0[name] } ?? "/assets/\(name)" }

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
    let addresses = files.map { ($0, "/assets/\(Self.marked($0, $1))") }
    Self.addresses.withLock { $0 = Dictionary(addresses) { $1 } }
  }

  /// `jalons.css` with the mark of its content: `jalons.0f3a….css`.
  private static func marked(_ name: String, _ file: File) -> String {
    let mark = file.tag.filter { $0 != "\"" }.prefix(markLength)
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return (parts.dropLast() + [mark] + parts.suffix(1)).joined(separator: ".")
  }

  private static let markLength = 16

  /// The name without a mark, whichever: during an upgrade a page of one version asks a portal of another.
  private static func plain(_ name: String) -> String {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 2, parts[parts.count - 2].count == markLength,
      parts[parts.count - 2].allSatisfy(\.isHexDigit)
    else { return name }
    parts.remove(at: parts.count - 2)
    return parts.joined(separator: ".")
  }

  func response(_ name: String, ifNoneMatch: String?) -> Response {
    let plain = files[name] == nil ? Self.plain(name) : name
    guard let file = files[plain] else { return Response(status: .notFound) }
    let isCurrent = name != plain && name == Self.marked(plain, file)
    let headers: HTTPFields = [
      .contentType: file.type, .eTag: file.tag,
      .cacheControl: isCurrent
        ? "public, max-age=31536000, immutable" : "public, max-age=300, stale-while-revalidate=86400",
    ]
    if let ifNoneMatch, ifNoneMatch.contains(file.tag) { return Response(status: .notModified, headers: headers) }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
  }
}
