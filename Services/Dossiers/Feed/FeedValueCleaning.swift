import API
import Domain
import Foundation

extension FeedField {
  /// A raw value made fit to store: trimmed, without control characters (Postgres refuses NUL, and a line break in a
  /// name breaks every list), dates in one form, cut to the column's length. With what had to be told about it.
  ///
  /// A value that cannot be kept is nil with a warning: what Jalons has stands. Only what says who somebody is, whose
  /// household it is or who follows them sets the person aside.
  ///
  /// - Parameter dates: how the file writes dates, for who has to correct one.
  func clean(
    _ raw: UnsafeBufferPointer<UInt8>, dates: String = "AAAA-MM-JJ"
  ) -> (value: String?, problem: FeedProblem?) {
    guard let text = FeedText.tidy(raw) else { return (nil, nil) }
    return switch kind {
    case .text: fitted(text)
    case .date, .minorDate: cleanDate(text, written: dates)
    case .number: fitted(FeedText.withoutBlanks(text))
    case .postcode: fitted(FeedText.withItsZero(FeedText.withoutBlanks(text)))
    case .count: cleanCount(text)
    case .phone: cleanPhone(text)
    case .email: cleanEmail(text)
    }
  }

  /// The text as long as its column, or nothing of it where a part of it would say something else.
  private func fitted(_ text: String) -> (value: String?, problem: FeedProblem?) {
    // Bytes first: they are at least as many as characters, and counting characters is slow.
    guard text.utf8.count > maximum, text.unicodeScalars.count > maximum else { return (text, nil) }
    var cut = String.UnicodeScalarView()
    cut.append(contentsOf: text.unicodeScalars.prefix(maximum))
    let told = "\(definition.column) dépasse \(maximum) caractères"
    return switch length {
    case .identifies: (String(cut), FeedProblem(.tooLong, self, "\(told)."))
    case .reads: (String(cut), FeedProblem(.tooLong, self, "\(told) : le début est retenu.", severity: .warning))
    case .means: (nil, FeedProblem(.tooLong, self, "\(told) : la valeur n’est pas retenue.", severity: .warning))
    }
  }

  private func cleanDate(_ text: String, written: String) -> (value: String?, problem: FeedProblem?) {
    if let date = FeedDate.iso(text) { return (date, nil) }
    if FeedDate.isAbsence(text) { return (nil, nil) }
    if self == .dtNai, let known = FeedDate.partial(text) {
      let told = "\(definition.column) ne dit pas le jour de naissance : ce qui est connu est retenu."
      return (known, FeedProblem(.birthIncomplete, self, told, severity: .warning))
    }
    let problem = FeedProblem(
      .dateUnreadable, self, "\(definition.column) n’est pas une date lisible (\(written)).",
      severity: kind == .date ? .quarantine : .warning)
    return (nil, problem)
  }

  private func cleanCount(_ text: String) -> (value: String?, problem: FeedProblem?) {
    if text.utf8.count <= maximum, let count = Int(text), count >= 0 { return (String(count), nil) }
    return (nil, unreadable("n’est pas un nombre"))
  }

  private func cleanPhone(_ text: String) -> (value: String?, problem: FeedProblem?) {
    if let number = PhoneNumber(text) { return (number.national, nil) }
    if let first = FeedText.phones(in: text).first {
      let told = "\(definition.column) contient plusieurs numéros : le premier est retenu."
      return (first.national, FeedProblem(.valueUnreadable, self, told, severity: .warning))
    }
    // A foreign number is shown as it is written, and gets no SMS.
    let isForeign = FeedText.isNumber(text) && text.utf8.count <= maximum
    return (isForeign ? text : nil, unreadable("n’est pas un numéro de téléphone français"))
  }

  private func cleanEmail(_ text: String) -> (value: String?, problem: FeedProblem?) {
    guard EmailAddress.isPlausible(text) else { return (nil, unreadable("n’est pas une adresse électronique")) }
    return fitted(text)
  }

  private func unreadable(_ what: String) -> FeedProblem {
    FeedProblem(.valueUnreadable, self, "\(definition.column) \(what).", severity: .warning)
  }

  /// What of a value that is longer than its column can be kept.
  private enum Length {
    /// Nothing: cut, it could be somebody else's. The person is set aside.
    case identifies
    /// Its beginning, which a reader still understands.
    case reads
    /// Nothing: cut, a code or a number would be another one.
    case means
  }

  private var length: Length {
    switch self {
    case .numDemRsa, .idPers, .nir, .referentId: .identifies
    case .numVoie, .libTypeVoie, .nomVoie, .complIdeAdr, .complAdr, .lieuDist, .nomCom, .nom, .nomNai, .prenom,
      .referentNom, .referentPrenom, .referentStructure, .referentMotif, .midemMotif:
      .reads
    default: .means
    }
  }
}
