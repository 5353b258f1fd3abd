import API

extension CountyList {
  /// What a form offers: the open entries, and the one that the record has.
  func choices(_ chosen: String?) -> [Choice] {
    offered(keeping: chosen).map { Choice($0.code, $0.label, isChosen: $0.code == chosen) }
  }

  /// What the county calls a choice today, closed or not.
  func label(of code: String) -> String { labels[code] ?? code }

  /// The labels by code, closed ones included.
  var labels: [String: String] { Dictionary(entries.map { ($0.code, $0.label) }) { first, _ in first } }
}
