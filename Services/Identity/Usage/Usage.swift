import API
import Domain
import Foundation

/// What an account did on a day.
struct Usage: Sendable, Decodable, Equatable {
  var dossiers = 0
  var exports = 0
  var outside = 0

  func count(_ kind: UsageKind) -> Int {
    switch kind {
    case .dossiers: dossiers
    case .exports: exports
    case .outside: outside
    }
  }

  /// A threshold that one act went past.
  struct Passing: Equatable, Sendable {
    let kind: UsageKind
    let suspends: Bool
    let threshold: Int
  }

  /// What was passed since `before`, under the terms of the profile: each threshold once, by whoever goes beyond it.
  func passings(since before: Usage, _ terms: SecurityTerms) -> [Passing] {
    let thresholds: [(UsageKind, Bool, Int?)] = [
      (.dossiers, false, terms.dossiersNoticed), (.dossiers, true, terms.dossiersMost),
      (.exports, false, terms.exportsNoticed), (.exports, true, terms.exportsMost),
      // The first dossier opened at night is told, and only that one.
      (.outside, false, terms.hasHours ? 0 : nil),
    ]
    return thresholds.compactMap { kind, suspends, threshold in
      guard let threshold, before.count(kind) <= threshold, count(kind) > threshold else { return nil }
      return Passing(kind: kind, suspends: suspends, threshold: threshold)
    }
  }
}

extension SecurityTerms {
  var hasHours: Bool { opensAt != nil || closesAt != nil }

  /// Whether somebody is at work outside the hours of the profile; Saturdays and Sundays are, where there are hours.
  func isOutside(_ moment: Date) -> Bool {
    guard hasHours else { return false }
    let hour = Calendar.france.component(.hour, from: moment)
    return CalendarDate(moment).weekday > 5 || hour < opensAt ?? 0 || hour >= closesAt ?? 24
  }
}
