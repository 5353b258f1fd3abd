import API
import Domain

/// What a feed says of itself before its first household.
struct FeedHeader: Hashable, Sendable {
  enum Nature: String, Hashable, Sendable {
    /// The whole county: who is absent is no longer followed.
    case stock = "S"
    /// Only what changed: absence says nothing.
    case delta = "D"
  }

  /// `GEN` for Genesis (CNAF's APPLIEME).
  let application: String
  /// The version of the feed's format; only `1` is read.
  let version: String
  let nature: Nature
  /// When the file was made, as the feed writes it: `2026-03-12 04:10:00`, local time.
  let createdAt: String
  /// The day whose state is described, `YYYY-MM-DD`.
  let referenceDate: String
  /// As people write it: `07`, `2A`, `971`.
  let department: String

  /// Reads the identification's attributes.
  ///
  /// - Throws: `FeedRefusal`, when one is missing or the feed is not for us.
  init(attributes: [String: String], department expected: String) throws(FeedRefusal) {
    application = try Self.required("APPLIEME", in: attributes)
    version = try Self.required("VERSIONFLUX", in: attributes)
    guard version == "1" else { throw FeedRefusal.unsupportedVersion(version) }
    guard let nature = Nature(rawValue: try Self.required("NATFLUX", in: attributes)) else {
      throw FeedRefusal.headerMissing(field: "NATFLUX")
    }
    self.nature = nature
    (createdAt, referenceDate) = try Self.days(in: attributes)
    department = Self.department(try Self.required("IDEPARTE", in: attributes))
    guard department == Self.department(expected) else {
      throw FeedRefusal.otherDepartment(found: department, expected: expected)
    }
  }

  /// Reads the identification of CNAF's flow, which writes neither a version of the format nor, but in each household, the
  /// county. Whatever its nature, who is absent from it may well be followed.
  ///
  /// - Throws: `FeedRefusal`, when something is missing.
  init(cnaf words: [String: String], department: String) throws(FeedRefusal) {
    application = try Self.required("APPLIEME", in: words)
    version = "VRSB0801"
    nature = .delta
    (createdAt, referenceDate) = try Self.days(in: words)
    self.department = Self.department(department)
  }

  /// Of a county's own file, which says nothing of itself.
  init(county: CountyCSV, department: String) {
    application = "CSV"
    version = "1"
    nature = county.isStock ? .stock : .delta
    (createdAt, referenceDate) = (county.referenceDate, county.referenceDate)
    self.department = Self.department(department)
  }

  private static func days(in values: [String: String]) throws(FeedRefusal) -> (created: String, reference: String) {
    guard let created = FeedDate.iso(try required("DTCREAFLUX", in: values)) else {
      throw FeedRefusal.headerMissing(field: "DTCREAFLUX")
    }
    guard let reference = FeedDate.iso(try required("DTREF", in: values)) else {
      throw FeedRefusal.headerMissing(field: "DTREF")
    }
    return ([created, values["HEUCREAFLUX"] ?? ""].filter { !$0.isEmpty }.joined(separator: " "), reference)
  }

  private static func required(_ name: String, in values: [String: String]) throws(FeedRefusal) -> String {
    guard let value = values[name], !value.isEmpty, value.utf8.count <= 40 else {
      throw FeedRefusal.headerMissing(field: name)
    }
    return value
  }

  /// CNAF pads to three (`007`, `02A`); people write two.
  static func department(_ text: String) -> String {
    text.utf8.count == 3 && text.utf8.first == UInt8(ascii: "0") ? String(text.dropFirst()) : text
  }
}

/// What a feed says of itself after its last household.
struct FeedTrailer: Hashable, Sendable {
  let households: Int
  /// Every person written, children and others included; nil where only households are counted.
  let persons: Int?
  /// Households that the sender itself left out as faulty.
  let anomalies: Int

  init(households: Int, persons: Int?, anomalies: Int = 0) {
    self.households = households
    self.persons = persons
    self.anomalies = anomalies
  }

  init(attributes: [String: String]) throws(FeedRefusal) {
    households = try Self.count("NBTOTDOSRSATRANSM", in: attributes)
    persons = try Self.count("NBPERSTRANSM", in: attributes)
    anomalies = try Self.count("NBTOTDOSRSATRANSMANO", in: attributes, default: 0)
  }

  /// Of CNAF's flow, which counts households alone.
  init(cnaf words: [String: String]) throws(FeedRefusal) {
    households = try Self.count("NBTOTDOSRSATRANSM", in: words)
    persons = nil
    anomalies = try Self.count("NBTOTDOSRSATRANSMANO", in: words, default: 0)
  }

  private static func count(
    _ name: String, in values: [String: String], default missing: Int? = nil
  ) throws(FeedRefusal) -> Int {
    guard let text = values[name], !text.isEmpty else {
      if let missing { return missing }
      throw FeedRefusal.trailerUnreadable(field: name)
    }
    guard text.utf8.count <= 12, let value = Int(text), value >= 0 else {
      throw FeedRefusal.trailerUnreadable(field: name)
    }
    return value
  }
}

/// What was read, once the whole file has been checked.
struct FeedSummary: Hashable, Sendable {
  let header: FeedHeader
  let trailer: FeedTrailer
  let households: Int
  /// Persons given out, quarantined ones included.
  let persons: Int
  /// Children and others, counted only.
  let ignored: Int
  /// A sentence for the operator when the file was not in the format's own encoding.
  let encodingNote: String?
  var format = FeedRun.Format.genesis
  /// What the file does not say at all, or leaves out where it is no news: what Jalons has of it stands.
  var unsaid: Set<FeedField> = []
  /// Whether a county's mapping said how it is read.
  var isMapped = false

  /// What whoever brought the file should know about it.
  var notes: [String] {
    let left =
      trailer.anomalies > 0 && trailer.anomalies != households
      ? "\(French.count(trailer.anomalies, "foyer")) en anomalie à l’émission : l’émetteur ne les a pas mis dans ce fichier."
      : nil
    let uncounted =
      isMapped
      ? "Ce fichier n’annonce pas ses totaux : vérifiez que le nombre de personnes lues est celui attendu." : nil
    return [encodingNote, left, uncounted].compactMap { $0 }
  }
}

/// The end of a file: the persons that it completes, and what was read as a whole.
struct FeedEnding: Hashable, Sendable {
  let people: [FeedPerson]
  let summary: FeedSummary
}

/// What a file may cost before it is refused. The defaults hold the largest county ten times over.
struct FeedLimits: Sendable {
  /// Elements within elements; Genesis needs four, CNAF seven.
  var depth = 8
  /// Of one value, in bytes.
  var valueBytes = 64 * 1024
  /// Of one tag, comment or CSV line, in bytes.
  var recordBytes = 1024 * 1024
  var personsPerHousehold = 100
  /// Once unpacked, in bytes.
  var unpackedBytes = 16 * 1024 * 1024 * 1024
  /// Unpacked over packed; XML of this kind packs to a fifteenth.
  var ratio = 200
  /// Bytes unpacked before the ratio is looked at.
  var ratioFloor = 64 * 1024 * 1024
}
