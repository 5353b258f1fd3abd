import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What a handler is told of a call besides its input.
public struct EndpointRequest: Sendable {
  public let caller: Caller
  public let now: Date
  /// The version that the client saw, from `If-Match`; present on endpoints declared `versioned`.
  public internal(set) var version: Int
  public let headers: HTTPFields
  /// The body as it comes, for endpoints that take a file.
  public let body: RequestBody
  let parameters: [String: String]

  public var today: CalendarDate { caller.today }

  /// An identifier of the address.
  /// - Throws: 404 when it is not one, as for any other thing that does not exist.
  public func id<Subject>(_ name: String, of type: Subject.Type = Subject.self) throws -> ID<Subject> {
    assert(!EndpointDescription.words.contains(name), "\(name) is declared as a word")
    guard let text = parameters[name], let id = ID<Subject>(text) else { throw Problem.notFound() }
    return id
  }

  /// A part of the address that is a word, not an identifier.
  public func word(_ name: String) -> String {
    assert(EndpointDescription.words.contains(name), "\(name) is declared as an identifier")
    return parameters[name] ?? ""
  }

  /// The whole body of an endpoint that takes a small file.
  /// - Throws: 413 past `limit` bytes.
  public func small(_ limit: Int) async throws -> Data {
    do {
      return Data(try await body.collect(upTo: limit).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw Problem(
        "trop-volumineux", 413, "Ce fichier dépasse \(limit >> 10) Kio.",
        detail: "Réduisez-le, puis déposez-le à nouveau.")
    }
  }

  public var dossier: ID<Dossier> { get throws { try id("dossier") } }
}
