/// Makes up a county and writes the feed of any of its days, as Genesis or as CNAF does (rule F16).
///
/// The same persons, seed, first day and options always give the same bytes. A file is written household by household:
/// memory does not grow with the county.
struct FeedGenerator: Sendable {
  enum Format: String, Sendable, CaseIterable {
    /// As Genesis writes it.
    case xml, csv
    /// CNAF's own flow of recipients.
    case vrsb
  }

  struct Options: Sendable {
    /// Households in a thousand to which something happens each day.
    var eventsPerThousand = 20
    /// Whether MARTIN LEA passes from R0001 to R0003 on day 1.
    var reorientLea = false
    /// How many households carry each fault. What the county is too small to carry is left out, and `write` tells how
    /// many it planted.
    var defects: [FeedDefect: Int] = [:]
    /// Households in ten thousand that enter each day.
    var entriesPerTenThousand = 20
  }

  /// What a file holds.
  struct Report: Equatable, Sendable {
    var households = 0
    /// Applicants and partners.
    var persons = 0
    var children = 0
    /// Faults planted, by kind.
    var defects: [FeedDefect: Int] = [:]
    /// Persons that those faults send to quarantine.
    var quarantined = 0
  }

  enum Fault: Error, Equatable {
    /// Two persons at least, nine million at most: identifiers have seven digits.
    case persons(Int)
    /// Not a `YYYY-MM-DD` of the calendar.
    case firstDay(String)
    /// Days are counted from 0.
    case day(Int)
  }

  let options: Options
  let teams: SyntheticTeams
  private let firstDay: SyntheticDay
  private let source: SyntheticHouseholdSource
  private let evolution: SyntheticEvolution
  private let households: Int
  private let lastIsSingle: Bool

  /// - Parameters:
  ///   - persons: applicants and partners in the file of day 0, exactly.
  ///   - firstDay: `YYYY-MM-DD`, when the file of day 0 is made; it describes the day before.
  /// - Throws: `Fault`.
  init(persons: Int, seed: UInt64, firstDay: String, options: Options = Options()) throws {
    guard (2...9_000_000).contains(persons) else { throw Fault.persons(persons) }
    guard let first = SyntheticDay(firstDay) else { throw Fault.firstDay(firstDay) }
    self.options = options
    self.firstDay = first
    teams = SyntheticTeams(persons: persons, seed: seed)
    source = SyntheticHouseholdSource(seed: seed, teams: teams, reference: first - 1)
    evolution = SyntheticEvolution(
      seed: seed, teams: teams, reference: first - 1, eventsPerThousand: options.eventsPerThousand,
      reorientLea: options.reorientLea)
    var count = 0
    var index = 0
    var cut = false
    while count < persons {
      let couple = source.isCouple(index)
      cut = couple && count + 2 > persons
      count += couple && !cut ? 2 : 1
      index += 1
    }
    households = index
    lastIsSingle = cut
  }

  /// Writes the whole county as it stands on a day.
  ///
  /// - Parameters:
  ///   - day: from 0.
  ///   - sink: given pieces of the file, of a few hundred kilobytes each.
  /// - Throws: `Fault.day`, and what `sink` throws.
  @discardableResult
  func write(
    day: Int, format: Format = .xml, to sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Report {
    guard day >= 0 else { throw Fault.day(day) }
    let buffer = FeedByteBuffer()
    let encoder: any GenesisEncoder =
      switch format {
      case .xml: GenesisXMLEncoder(buffer: buffer, teams: teams)
      case .csv: GenesisCSVEncoder(buffer: buffer, teams: teams)
      case .vrsb: VRSBEncoder(buffer: buffer)
      }
    var report = Report()
    var planting = Planting(options.defects)
    encoder.begin(createdOn: firstDay + day)
    var person = 1
    for index in 0..<(households + entries(by: day)) {
      let couple = source.isCouple(index) && !(lastIsSingle && index == households - 1)
      let number = person
      person += couple ? 2 : 1
      let entry = entryDay(of: index)
      var household = source.household(index, couple: couple, firstPerson: number, entryDay: entry)
      guard evolution.advance(&household, from: entry, to: day) else { continue }
      if index > 0 { planting.plant(in: &household, &report) }
      report.households += 1
      report.persons += household.persons.count
      report.children += household.children
      encoder.household(household)
      try buffer.drain(to: sink)
    }
    encoder.end(report)
    try buffer.drain(all: true, to: sink)
    return report
  }

  /// The name of a day's file: `GEN_VIESION_07_AAAAMMJJ_HHMM_STOCK.xml`, `VRSB0801_07_AAAAMMJJ.xml`; `.gz` after it when
  /// packed.
  func fileName(day: Int, format: Format = .xml, gzip: Bool = false) -> String {
    let buffer = (firstDay + day).civil
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(buffer.year)\(two(buffer.month))\(two(buffer.day))"
    if format == .vrsb { return "VRSB0801_07_\(date).xml" + (gzip ? ".gz" : "") }
    return "GEN_VIESION_07_\(date)_0410_STOCK.\(format.rawValue)" + (gzip ? ".gz" : "")
  }

  /// How many households have entered since day 0.
  private func entries(by day: Int) -> Int { day * households * options.entriesPerTenThousand / 10_000 }

  /// The first day by which a household has entered.
  private func entryDay(of index: Int) -> Int {
    guard index >= households else { return 0 }
    let rank = index - households + 1
    let daily = households * options.entriesPerTenThousand
    return (rank * 10_000 + daily - 1) / daily
  }
}

/// Which faults are still to be planted, spread over the first households that lend themselves to them.
private struct Planting {
  private var left: [(defect: FeedDefect, count: Int)]

  init(_ wanted: [FeedDefect: Int]) {
    left = FeedDefect.allCases.compactMap { defect in
      guard let count = wanted[defect], count > 0 else { return nil }
      return (defect, count)
    }
  }

  mutating func plant(in household: inout SyntheticHousehold, _ report: inout FeedGenerator.Report) {
    for index in left.indices where left[index].defect.plant(in: &household) {
      let defect = left[index].defect
      report.defects[defect, default: 0] += 1
      report.quarantined += defect.quarantined(in: household)
      left[index].count -= 1
      if left[index].count == 0 { left.remove(at: index) }
      return
    }
  }
}
