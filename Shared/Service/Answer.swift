import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What a handler gave, ready to be sent, and to be sent again for the same idempotency key.
struct Answer: Sendable {
  let status: Int
  let contentType: String
  let body: Data
  let tag: String?
  let fileName: String?
  /// A file that is sent part by part, and not kept; `body` is empty then.
  private(set) var streamed: ResponseBody?

  init(json value: some Payload, status: Int) throws {
    self.status = status
    self.contentType = "application/json; charset=utf-8"
    self.body = status == 204 ? Data() : try JSONEncoder.jalons.encode(value)
    self.tag = (value as? any Versioned).map { "\"\($0.version)\"" }
    self.fileName = nil
  }

  init(file: FileOutput) {
    self.status = 200
    self.contentType = file.contentType
    self.body = file.bytes
    self.tag = nil
    self.fileName = file.name
    if case .parts = file.content { streamed = file.body }
  }

  init(status: Int, contentType: String, body: Data, tag: String?) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.tag = tag
    self.fileName = nil
  }

  var response: Response {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if status != 204 { headers[.contentType] = contentType }
    if let tag { headers[.eTag] = tag }
    if let fileName {
      headers[.contentDisposition] = Self.disposition(fileName)
    }
    return Response(
      status: .init(code: status), headers: headers,
      body: status == 204 ? .init() : streamed ?? ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }

  /// Both forms of a file's name (RFC 6266): whole, and in plain letters for the few who read no other.
  static func disposition(_ fileName: String) -> String {
    let plain = PlainFileName.of(fileName)
    let encoded = fileName.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? plain
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
  }
}
