extension FeedField {
  /// A raw value made fit to store: trimmed, without control characters (Postgres refuses NUL, and a line break in a
  /// name breaks every list), dates in one form, cut to the column's length. With what had to be told about it.
  func clean(_ raw: UnsafeBufferPointer<UInt8>) -> (value: String?, problem: FeedProblem?) {
    var start = 0
    var end = raw.count
    while start < end, raw[start] <= 0x20 { start += 1 }
    while end > start, raw[end - 1] <= 0x20 { end -= 1 }
    guard start < end else { return (nil, nil) }
    let bytes = UnsafeBufferPointer(rebasing: raw[start..<end])
    var text = String(decoding: bytes, as: UTF8.self)
    if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      text = Self.withoutControls(text)
    }
    guard kind == .text else { return cleanDate(text) }
    // Bytes first: they are at least as many as characters, and counting characters is slow.
    guard bytes.count > maximum, text.unicodeScalars.count > maximum else {
      return (text, nil)
    }
    var cut = String.UnicodeScalarView()
    cut.append(contentsOf: text.unicodeScalars.prefix(maximum))
    let problem = FeedProblem(
      .tooLong, self, "\(definition.column) dépasse \(maximum) caractères.")
    return (String(cut), problem)
  }

  private func cleanDate(_ text: String) -> (value: String?, problem: FeedProblem?) {
    if let date = FeedDate.iso(text) { return (date, nil) }
    if FeedDate.isAbsence(text) { return (nil, nil) }
    let problem = FeedProblem(
      .dateUnreadable, self, "\(definition.column) n’est pas une date lisible (AAAA-MM-JJ).",
      severity: kind == .date ? .quarantine : .warning)
    return (nil, problem)
  }

  private static func withoutControls(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var blank = false
    for scalar in text.unicodeScalars {
      let control = scalar.value < 0x20 || scalar.value == 0x7F
      if control, blank { continue }
      scalars.append(control ? " " : scalar)
      blank = control
    }
    return String(scalars)
  }
}
