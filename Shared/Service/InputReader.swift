import API
import Crypto
import Domain
import Foundation
import Hummingbird
import NIOCore

/// Reads and checks the input of one endpoint.
struct InputReader<Input: Payload>: Sendable {
  private let schema: Schema
  private let fromQuery: Bool
  private let limit: Int
  private let isNothing: Bool

  init<O>(_ endpoint: Endpoint<Input, O>) {
    schema = Schema.of(Input.self)
    fromQuery = endpoint.method == .get || endpoint.method == .delete
    limit = endpoint.limit
    isNothing = Input.self == NoInput.self
  }

  /// Of an endpoint whose body is a file.
  init<O>(_ endpoint: Endpoint<Upload<Input>, O>) {
    schema = Schema.of(Input.self)
    fromQuery = true
    limit = 0
    isNothing = Input.self == NoInput.self
  }

  /// The input, and the same as it came but for its line breaks.
  /// - Throws: 400 for a body that is missing or no JSON; 413; 422 with every fault.
  func callAsFunction(_ call: Call) async throws -> (Input, sent: JSONValue) {
    let sent = schema.tidied(
      isNothing ? .object([:]) : fromQuery ? query(call.query) : try await json(call.request))
    let faults = schema.faults(in: sent)
    // Of a trial they are known already: what else would be refused is asked for.
    if !isNothing, !faults.isEmpty, !call.isTrial { throw Problem.invalid(faults) }
    do {
      return (try sent.decoded(as: Input.self), sent)
    } catch let error as DecodingError {
      throw Problem.invalid([Fault(Self.field(of: error), "type", "Cette valeur n’est pas lisible.")])
    }
  }

  private static func field(of error: DecodingError) -> String {
    let path: [any CodingKey]
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      path = context.codingPath
    @unknown default: path = []
    }
    return path.map(\.stringValue).joined(separator: ".")
  }

  private func query(_ parameters: [String: String]) -> JSONValue {
    guard case .object(_, let properties) = schema else { return .object([:]) }
    var fields: [String: JSONValue] = [:]
    for (name, value) in parameters {
      let property = properties.first { $0.name == name }
      // An empty field of a form is one that was not filled in.
      if value.isEmpty, property?.required != true { continue }
      fields[name] = property?.schema.value(ofText: value) ?? .string(value)
    }
    return .object(fields)
  }

  private func json(_ request: Request) async throws -> JSONValue {
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw Problem("trop-volumineux", 413, "La demande dépasse \(limit / 1024) Kio.")
    }
    guard buffer.readableBytes > 0 else { throw Problem.bodyMissing }
    do {
      return try JSONReader.value(of: buffer.readableBytesView)
    } catch JSONReader.Refusal.keyTwice(let key) {
      throw Problem.malformed("Le champ « \(key.prefix(60)) » y figure deux fois.")
    } catch {
      throw Problem.malformed("Le corps n’est pas du JSON valide.")
    }
  }
}

extension Call {
  /// By which the same request is known again: its address, query included, and its input whatever the order of fields.
  func fingerprint(of sent: JSONValue) throws -> String {
    SHA256.hash(data: Data(request.uri.string.utf8) + (try JSONEncoder.jalons.encode(sent))).hexadecimal
  }
}

extension Request {
  /// The parameters of the query.
  /// - Throws: 400 for one that is there twice: two readers might take different ones.
  func query() throws -> [String: String] {
    var query: [String: String] = [:]
    for (name, value) in uri.queryParameters {
      guard query.updateValue(String(value), forKey: String(name)) == nil else {
        throw Problem.malformed("Le paramètre « \(name.prefix(60)) » y figure deux fois.")
      }
    }
    return query
  }

  /// Whether the body is said to be of this type, in UTF-8 if at all. A client that says nothing is taken at the
  /// declaration's word (RFC 9110, section 8.3).
  func names(type declared: String) -> Bool {
    guard let header = headers[.contentType] else { return true }
    let parts = header.split(separator: ";", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces).lowercased()
    }
    guard parts[0] == declared else { return false }
    return parts.dropFirst().allSatisfy { part in
      !part.hasPrefix("charset=") || ["utf-8", "\"utf-8\""].contains(part.dropFirst("charset=".count))
    }
  }

  /// Whether a body comes with the request, as far as the headers tell.
  var mayHaveBody: Bool { headers[.contentLength].map { $0 != "0" } ?? (headers[.transferEncoding] != nil) }
}
