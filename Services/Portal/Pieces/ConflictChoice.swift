/// What somebody else changed since the page was opened (412), beside what was typed here, to choose from.
struct ConflictChoice: Piece {
  /// « P. Durand a modifié cette fiche le 12 mars 2026 à 14 h 30, pendant que vous l'aviez ouverte. »
  let explanation: String
  /// What was changed by one of the two alone, and is kept without being asked.
  let merged: String?
  let address: String
  /// The version now stored, and what both agree on.
  let values: [HiddenValue]
  let differences: [Difference]
  let cancel: Link

  init(
    _ explanation: String, _ merged: String? = nil, address: String, values: [HiddenValue], differences: [Difference],
    cancel: Link
  ) {
    self.explanation = explanation
    self.merged = merged
    self.address = address
    self.values = values
    self.differences = differences
    self.cancel = cancel
  }

  func html(in frame: Frame) -> HTML {
    """
    <form class="conflict" action="\(address)" method="post">
    \(frame.proof)\(hidden: values)
    <div class="notice tone-waiting">\(icon: .swap)<div><p class="notice-title">\(explanation)</p>\
    <p>Rien n’est perdu. Choisissez, pour chaque champ, la valeur à garder.</p>\
    \(merged, { "<p>\($0)</p>" })</div></div>
    \(each: differences, { $0.html })<div class="form-foot">\
    <button class="btn btn-primary">Enregistrer ces choix</button>\
    <a class="btn btn-plain" href="\(cancel.address)">\(cancel.text)</a></div>
    </form>
    """
  }
}

/// One field on which two people differ.
struct Difference: Sendable {
  let name: String
  let label: String
  let mine: String
  let mineShown: String
  let theirs: String
  let theirsShown: String

  /// - Parameter mineShown: the value in words, where it is a code.
  init(
    _ name: String, _ label: String, mine: String, theirs: String, mineShown: String? = nil, theirsShown: String? = nil
  ) {
    self.name = name
    self.label = label
    self.mine = mine
    self.mineShown = mineShown ?? (mine.isEmpty ? "(vide)" : mine)
    self.theirs = theirs
    self.theirsShown = theirsShown ?? (theirs.isEmpty ? "(vide)" : theirs)
  }

  fileprivate var html: HTML {
    """
    <fieldset class="difference">
    <legend>\(label)</legend>
    <div class="difference-choices">
    <label class="difference-choice"><input type="radio" name="\(name)" value="\(mine)" checked>\
    <span><small>Ma saisie</small>\(mineShown)</span></label>
    <label class="difference-choice"><input type="radio" name="\(name)" value="\(theirs)">\
    <span><small>Ce qui a changé depuis</small>\(theirsShown)</span></label>
    </div>
    </fieldset>

    """
  }
}
