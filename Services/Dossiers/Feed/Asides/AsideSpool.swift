import Foundation

/// Households set down beside the file while it is read, because somebody may have to correct them: on disk, since a bad
/// file may hold a county of them, and under no name, so that nothing of them is left behind.
final class AsideSpool {
  /// Past these, it is Genesis that must be corrected, not the persons one by one.
  static let most = 5000

  private let handle: FileHandle
  /// The places whose households are looked for; nil for those in which reading itself found a fault.
  private let wanted: Set<Int>?
  /// Whose households are kept although reading finds no fault: Genesis's identifiers.
  private let suspects: Set<String>
  private var household = 0
  private var people: [FeedPerson] = []
  private var positions: [Int] = []
  private(set) var count = 0

  init(wanted: Set<Int>? = nil, suspects: Set<String> = []) throws {
    self.wanted = wanted
    self.suspects = suspects
    let file = FileManager.default.temporaryDirectory.appending(path: "jalons-aside-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw CocoaError(.fileWriteUnknown) }
    handle = try FileHandle(forUpdating: file)
    try FileManager.default.removeItem(at: file)
  }

  deinit { try? handle.close() }

  /// Takes the persons in the file's order.
  func take(_ person: FeedPerson, at position: Int) throws {
    if person.household != household {
      try settle()
      household = person.household
    }
    people.append(person)
    positions.append(position)
  }

  /// Ends the last household.
  func settle() throws {
    defer {
      people.removeAll(keepingCapacity: true)
      positions.removeAll(keepingCapacity: true)
    }
    let isMeant = wanted.map { !$0.isDisjoint(with: positions) } ?? people.contains(where: isSuspect)
    guard isMeant, count < Self.most else { return }
    count += 1
    try handle.write(contentsOf: try JSONEncoder().encode(AsideHousehold(people, positions: positions)) + [0x0A])
  }

  private func isSuspect(_ person: FeedPerson) -> Bool {
    person.isQuarantined || (!suspects.isEmpty && person.idPers.map(suspects.contains) == true)
  }

  /// Each household, in the file's order.
  func withEach(_ body: (AsideHousehold) async throws -> Void) async throws {
    try handle.seek(toOffset: 0)
    var rest = Data()
    while true {
      let chunk = try handle.read(upToCount: 256 * 1024) ?? Data()
      rest += chunk
      while let end = rest.firstIndex(of: 0x0A) {
        try await body(try JSONDecoder().decode(AsideHousehold.self, from: rest[rest.startIndex..<end]))
        rest = Data(rest[rest.index(after: end)...])
      }
      if chunk.isEmpty { return }
    }
  }
}
