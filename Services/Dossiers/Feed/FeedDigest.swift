import Crypto
import Foundation
import Postgres

/// Sixteen bytes that stand for all that a dossier keeps of what a feed says of a person, who follows them apart.
struct FeedDigest: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// Change it with the way values are cleaned, and everybody is compared once.
  private static let edition: UInt8 = 3

  /// - Parameters:
  ///   - nirHash: in the NIR's place. Whoever reads the database may not find a NIR by trying all of them.
  ///   - claimantHash: in the place of a claimant's number that is a NIR.
  init(of person: FeedPerson, nirHash: Data?, claimantHash: Data? = nil) {
    var bytes: [UInt8] = [Self.edition]
    bytes.reserveCapacity(512)
    for field in Self.kept {
      // Two marks that no value holds, as control characters are taken out of all: nothing is not an empty text.
      if field == .matricule, let claimantHash {
        bytes.append(contentsOf: claimantHash)
      } else if let value = person[field] {
        bytes.append(contentsOf: value.utf8)
        bytes.append(0x1F)
      } else {
        bytes.append(0x1E)
      }
    }
    if let nirHash { bytes.append(contentsOf: nirHash) }
    (high, low) = SHA256.hash(data: bytes).withUnsafeBytes {
      ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
  }

  /// As the database keeps it.
  var bytes: Data {
    withUnsafeBytes(of: (high, low)) { Data($0) }
  }

  /// What a dossier does not keep changes nothing of it; the référent is compared by itself.
  private static let kept = FeedField.allCases.filter { field in
    switch field {
    case .nir, .oriDemRsa, .dtEmm, .autorUtiAdrElec, .typeDtNai: false
    case .orientationStatus, .orientationRank, .orientationOrigin: false
    default: field.definition.element != .referent
    }
  }

  // MARK: Those of a caseload

  private init(_ bytes: Data, at offset: Int) {
    (high, low) = bytes.withUnsafeBytes {
      (
        $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
        $0.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
      )
    }
  }

  /// What was said last of each person whom the caseload holds: sixteen bytes each, a few megabytes for a county.
  static func all(in transaction: Transaction) async throws -> Set<FeedDigest> {
    try await transaction.script(
      """
      declare feed_said cursor for
        select string_agg(feed_digest, '') from dossiers.dossier where feed_digest is not null
        group by get_byte(feed_digest, 0) & 15;
      """)
    var all: Set<FeedDigest> = []
    while let part = try await transaction.first("fetch 1 from feed_said", as: Data.self) {
      for offset in stride(from: 0, to: part.count - 15, by: 16) { all.insert(FeedDigest(part, at: offset)) }
    }
    try await transaction.script("close feed_said")
    return all
  }
}
