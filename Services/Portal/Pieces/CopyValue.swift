/// A value to take elsewhere, shown whole, with a button that copies it where scripts run.
struct CopyValue: Piece {
  let piece = "pieces/copy-value"
  /// Unique in the page.
  let id: String
  let label: String
  let value: String
  /// Said to a screen reader once it is copied: « Lien copié ».
  let confirmation: String

  init(id: String, _ label: String, _ value: String, confirmation: String) {
    self.id = id
    self.label = label
    self.value = value
    self.confirmation = confirmation
  }
}
