import Domain
import Foundation

/// What travels in a body or a query: any Codable value.
public typealias Payload = Codable & Sendable

public enum Method: String, Sendable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
}

/// The processes that serve an interface, by the name of their schema and the first part of their addresses.
public enum ServiceName: String, Sendable, CaseIterable, Codable {
  case identity, dossiers, contracts, scheduling, fse, insight
}

/// One endpoint, declared once: from this value come the route, the typed client, the OpenAPI entry and the rows of the
/// access matrix. Its address is `/api/<service>/v1/<path>`.
public struct Endpoint<Input: Sendable, Output: Sendable>: Sendable {
  public let service: ServiceName
  public let name: String
  public let method: Method
  /// Below `/v1/`, with parameters in braces: `dossiers/{dossier}/notes`.
  public let path: String
  public let allow: Access
  public let summary: String
  public let success: Int
  /// The kind of audit entry of a call; nil where no personal data is shown (lists of organisations, own session).
  public let audit: Act.Kind?
  /// The most bytes that a body may have.
  public let limit: Int
  /// Whether a write must say which version it saw (`If-Match`).
  public let versioned: Bool
  /// The media type of an upload, where it is a certain one.
  public let upload: String

  /// `dossiers.showDossier`, as the audit log names it.
  public var fullName: String { "\(service.rawValue).\(name)" }

  /// - Parameter audit: by default the read of a dossier and every write leave a trace; `.some(nil)` leaves none.
  public init(
    _ service: ServiceName, _ name: String, _ method: Method, _ path: String, allow: Access, summary: String,
    success: Int? = nil, audit: Act.Kind?? = .none, limit: Int = 256 * 1024, versioned: Bool = false,
    upload: String = "application/octet-stream"
  ) {
    self.upload = upload
    self.service = service
    self.name = name
    self.method = method
    self.path = path
    self.allow = allow
    self.summary = summary
    self.success = success ?? (Output.self == NoOutput.self ? 204 : 200)
    self.limit = limit
    self.versioned = versioned
    if let audit {
      self.audit = audit
    } else if method != .get {
      self.audit = .write
    } else {
      self.audit = allow.reach == nil ? nil : .read
    }
  }
}

/// An endpoint without a body or query.
public struct NoInput: Payload, Equatable { public init() {} }
/// An endpoint that answers 204.
public struct NoOutput: Payload, Equatable { public init() {} }
/// An endpoint whose body is a file, read as a stream; what else is to be said of it stands in the query.
public struct Upload<Query: Payload>: Sendable { public init() {} }
/// What most uploads say of their file.
public struct FileNameQuery: Payload {
  /// As it was called where it comes from.
  public var name: String?

  public init(name: String? = nil) { self.name = name }
}
/// An endpoint that answers with a file to show or keep.
public struct FileOutput: Sendable {
  /// Gives a file part by part, the next when `take` has returned.
  public typealias Parts = @Sendable (_ take: (Data) async throws -> Void) async throws -> Void

  public enum Content: Sendable {
    case whole(Data)
    /// - Parameter size: in bytes; nil where it is not known before the end.
    case parts(size: Int?, Parts)
  }

  public let name: String
  public let contentType: String
  public let content: Content

  public init(name: String, contentType: String, bytes: Data) {
    self.name = name
    self.contentType = contentType
    self.content = .whole(bytes)
  }

  /// A file that is never whole in memory: what `parts` gives is sent as it is given.
  public init(name: String, contentType: String, size: Int?, parts: @escaping Parts) {
    self.name = name
    self.contentType = contentType
    self.content = .parts(size: size, parts)
  }

  /// Of a file that is whole in memory; empty for another.
  public var bytes: Data {
    if case .whole(let bytes) = content { bytes } else { Data() }
  }
}

/// One page of a list. `next` is what to give as `after`; it is absent on the last page.
public struct Page<Item: Payload>: Payload {
  public var items: [Item]
  public var next: String?
  /// How many there are in all; absent where counting would cost more than the list.
  public var total: Int?
  /// True where nothing is written as it was asked for, and these are merely close.
  public var close: Bool?

  public init(items: [Item], next: String? = nil, total: Int? = nil, close: Bool? = nil) {
    self.items = items
    self.next = next
    self.total = total
    self.close = close
  }
}

/// A value whose version travels in `ETag` and comes back in `If-Match`.
public protocol Versioned {
  var version: Int { get }
}

private protocol UploadType { static var query: any Decodable.Type { get } }
extension Upload: UploadType { fileprivate static var query: any Decodable.Type { Query.self } }

/// An endpoint without its types: what the route, OpenAPI and the access matrix need. It is made once, when the route
/// is added: recording the schemas costs more than most requests.
public struct EndpointDescription: Sendable {
  public enum Body: Sendable {
    case none
    case json(Schema)
    case stream(query: Schema)
    case file
  }
  public let service: ServiceName
  public let name: String
  public let method: Method
  public let path: String
  public let allow: Access
  public let summary: String
  public let success: Int
  public let versioned: Bool
  public let audit: Act.Kind?
  /// The media type of an upload.
  public let upload: String
  public let input: Body
  public let output: Body
  /// `dossiers.showDossier`
  public var fullName: String { "\(service.rawValue).\(name)" }
  /// The names in braces of the path, in its order.
  public let parameters: [String]
  /// Those that stand for a word; all others are identifiers.
  public static let words: Set<String> = [
    "characteristic", "code", "delay", "entry", "form", "list", "model", "number", "page", "profile", "provider",
    "report", "secret", "text", "version",
  ]

  /// The media type of the body that a call must have; nil where it has none.
  public var bodyType: String? {
    switch input {
    case .json: method == .get || method == .delete ? nil : "application/json"
    case .stream: upload
    case .none, .file: nil
    }
  }
}

extension Endpoint {
  public var description: EndpointDescription {
    EndpointDescription(
      service: service, name: name, method: method, path: path, allow: allow, summary: summary, success: success,
      versioned: versioned, audit: audit, upload: upload, input: Self.body(Input.self), output: Self.body(Output.self),
      parameters: path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
  }

  private static func body(_ type: Any.Type) -> EndpointDescription.Body {
    switch type {
    case is NoInput.Type, is NoOutput.Type: .none
    case let upload as any UploadType.Type: .stream(query: Schema.of(upload.query))
    case is FileOutput.Type: .file
    case let type as any Decodable.Type: .json(Schema.of(type))
    default: .none
    }
  }

  /// The address with its parameters filled in, percent-encoded.
  public func address(_ parameters: [String: any CustomStringConvertible]) -> String {
    let parts = path.split(separator: "/").map { part -> String in
      guard part.hasPrefix("{"), let value = parameters[String(part.dropFirst().dropLast())] else {
        return String(part)
      }
      return value.description.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? ""
    }
    return "/api/\(service.rawValue)/v1/" + parts.joined(separator: "/")
  }
}

extension CharacterSet {
  /// What may stand in one part of a path or a query's value as it is.
  public static let urlPathPart = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
