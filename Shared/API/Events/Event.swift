import Domain
import Foundation

/// What happened in one service, as another hears of it. A type's name ends in its version and never changes meaning.
public protocol Event: Codable, Sendable {
  /// `dossiers.referent-changed.v1`: the part before the first dot is the stream it travels on.
  static var type: String { get }
  /// The unit of order: events of one key arrive in the order in which they were committed. Mostly the dossier.
  var key: String { get }
}

extension Event {
  public static var stream: String { String(type.prefix { $0 != "." }) }
}

/// An event as it travels: CloudEvents 1.0 in JSON, with the trace that caused it.
public struct Envelope: Codable, Sendable {
  public var specversion: String
  public var id: UUID
  public var source: String
  public var type: String
  public var subject: String
  public var time: Date
  public var datacontenttype: String
  public var traceparent: String?
  /// Who caused it: the account and its name as shown, for the timeline.
  public var actor: String?
  public var actorname: String?
  public var data: JSONValue

  public init(
    id: UUID, source: String, type: String, subject: String, time: Date, traceparent: String?, actor: String?,
    actorname: String?, data: JSONValue
  ) {
    self.specversion = "1.0"
    self.id = id
    self.source = source
    self.type = type
    self.subject = subject
    self.time = time
    self.datacontenttype = "application/json"
    self.traceparent = traceparent
    self.actor = actor
    self.actorname = actorname
    self.data = data
  }

  /// The event inside, when it is of that type.
  /// - Throws: `DecodingError` when the data is not what the type says.
  public func decode<E: Event>(_ type: E.Type) throws -> E? {
    guard self.type == E.type else { return nil }
    return try JSONDecoder.jalons.decode(E.self, from: JSONEncoder.jalons.encode(data))
  }
}
