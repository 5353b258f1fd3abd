import API
import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird

/// What one page of the portal shows, as the audit log has it. The page's first call names the reads that follow; its act bears
/// their names, and the answer brings a pass under which they leave no act of their own. The act is kept before the pass is
/// given, and a read that was not named, of another dossier or by another caller leaves its own: nothing is shown that is not in
/// the log. Services alone can make a pass.
struct Look: Codable {
  let account: ID<Account>
  let seat: ID<Account>
  let profile: Profile?
  /// Nil for a page that is about no dossier.
  let dossier: ID<Dossier>?
  /// `contracts.dossierContracts`
  let reads: [String]
  let until: Date

  /// How long the reads of a page may take.
  static let length: TimeInterval = 30
  static let mostReads = 24
  private static let name = "look"

  init(_ reads: [String], of caller: Caller, at moment: Date) {
    self.account = caller.account
    self.seat = caller.seat
    self.profile = caller.profile
    self.dossier = caller.subject.flatMap { $0.kind == RequestSubject.dossierKind ? ID($0.id) : nil }
    self.reads = reads
    self.until = moment.addingTimeInterval(Self.length)
  }

  /// The look that a request belongs to; nil where it brings no pass, or none that a service made.
  init?(of request: Request, opening seal: KeySeal) {
    guard let text = request.headers[.look], let sealed = Data(base64URL: text),
      let bytes = seal.open(sealed, name: Self.name)
    else { return nil }
    do { self = try JSONDecoder.jalons.decode(Look.self, from: bytes) } catch { return nil }
  }

  func pass(_ seal: KeySeal) throws -> String {
    try seal.seal(try JSONEncoder.jalons.encode(self), name: Self.name).base64URL
  }

  /// Whether the act of this look stands for the read `name` by a caller.
  func covers(_ name: String, by caller: Caller, at moment: Date) -> Bool {
    guard account == caller.account, seat == caller.seat, profile == caller.profile, moment < until,
      reads.contains(name)
    else { return false }
    guard let subject = caller.subject else { return true }
    return subject.kind == RequestSubject.dossierKind && dossier?.value == subject.id
  }

  /// The reads that a request announces.
  /// - Throws: 400 for what names no endpoints.
  static func announced(by request: Request) throws -> [String]? {
    guard let text = request.headers[.lookReads] else { return nil }
    let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let isFine = names.allSatisfy { name in
      name.count <= 60 && name.allSatisfy { $0.isASCII && ($0.isLetter || $0 == ".") }
    }
    guard isFine, !names.isEmpty, names.count <= mostReads else {
      throw Problem.malformed("Jalons-Look-Reads nomme au plus \(mostReads) lectures, par exemple fse.listSteps.")
    }
    return names
  }
}

extension HTTPField.Name {
  /// The pass of a look.
  static let look = HTTPField.Name(Look.header) ?? .accept
  /// The reads that a page announces in its first call.
  static let lookReads = HTTPField.Name(Look.readsHeader) ?? .accept
}

extension Look {
  static let header = "Jalons-Look"
  static let readsHeader = "Jalons-Look-Reads"
}
