import CZlib
import HTTPTypes
import Hummingbird
import NIOCore

/// What becomes shorter on its way to whoever takes it (RFC 9110, 8.4).
///
/// Text alone, and never live events, which must not wait for each other. An answer with a strong tag keeps its bytes: the
/// tag is what a later change is sent with, and one tag must not stand for two answers. A page that another site led to
/// stays as it is: who can have words of theirs put into a page beside what it holds, and sees its length, could find
/// what it holds bit by bit (BREACH). Our own pages and programs with a token are not led by anybody.
struct Compression: Sendable {
  private static let least = 1024
  private static let texts: Set<String> = [
    "text/html", "text/css", "text/javascript", "text/csv", "text/plain", "application/json",
    "application/problem+json",
    "image/svg+xml",
  ]

  func apply(to response: inout Response, for visit: Visit) {
    let headers = response.headers
    let type = (headers[.contentType] ?? "").prefix { $0 != ";" }
    guard Self.texts.contains(String(type).lowercased()), headers[.contentEncoding] == nil,
      response.status.code == 200, response.body.contentLength ?? .max >= Self.least,
      visit.destination.isAsset || headers[.eTag] == nil
    else { return }
    response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    guard Self.takes(visit.headers[values: .acceptEncoding]), isOurs(visit) else { return }
    response.headers[.contentEncoding] = "gzip"
    if let tag = headers[.eTag], !tag.hasPrefix("W/") { response.headers[.eTag] = "W/" + tag }
    let body = response.body
    response.body = ResponseBody { writer in
      try await body.write(GzipWriter(writer, Gzip()))
    }
    response.headers[.contentLength] = nil
  }

  private func isOurs(_ visit: Visit) -> Bool {
    if visit.destination.isAsset || visit.headers[.authorization] != nil { return true }
    return ["same-origin", "none"].contains(visit.headers[.secFetchSite])
  }

  /// Whether gzip is named, and not with the weight of nothing.
  static func takes(_ accepted: [String]) -> Bool {
    for part in accepted.joined(separator: ",").lowercased().split(separator: ",") {
      let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
      guard words.first == "gzip" || words.first == "*" else { continue }
      let weight = words.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      return weight > 0
    }
    return false
  }
}

/// Writes what is given to it packed, each part as far as it goes.
private struct GzipWriter: ResponseBodyWriter {
  private var inner: any ResponseBodyWriter
  private let gzip: Gzip

  init(_ inner: any ResponseBodyWriter, _ gzip: Gzip) {
    self.inner = inner
    self.gzip = gzip
  }

  mutating func write(_ buffer: ByteBuffer) async throws {
    let packed = gzip.packed(buffer, isLast: false)
    if packed.readableBytes > 0 { try await inner.write(packed) }
  }

  consuming func finish(_ trailers: HTTPFields?) async throws {
    try await inner.write(gzip.packed(ByteBuffer(), isLast: true))
    try await inner.finish(trailers)
  }
}

/// One stream of gzip.
private final class Gzip: @unchecked Sendable {
  // Used by one writer after another's await, never by two at once.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  /// Quick rather than small: a page of 100 KB takes a millisecond, and becomes a tenth.
  private static let level: Int32 = 4

  init() {
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    // 16: with gzip's head and sum. It fails for want of memory alone.
    let made = deflateInit2_(stream, Self.level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    precondition(made == Z_OK, "no memory for zlib")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func packed(_ buffer: ByteBuffer, isLast: Bool) -> ByteBuffer {
    var (input, output) = (buffer, ByteBuffer())
    input.withUnsafeMutableReadableBytes { bytes in
      stream.pointee.next_in = bytes.bindMemory(to: Bytef.self).baseAddress
      stream.pointee.avail_in = uInt(bytes.count)
      repeat {
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: 16_384) { space in
          stream.pointee.next_out = space.bindMemory(to: Bytef.self).baseAddress
          stream.pointee.avail_out = uInt(space.count)
          deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
          return space.count - Int(stream.pointee.avail_out)
        }
      } while stream.pointee.avail_out == 0
    }
    return output
  }
}
