/// A value to take elsewhere, shown whole, with a button that copies it where scripts run.
struct CopyValue: Piece {
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

  func html(in frame: Frame) -> HTML {
    """
    <div class="copy-value">
    <label class="field-label" for="\(id)">\(label)</label>
    <div class="control"><input class="form-control" type="text" id="\(id)" value="\(value)" readonly>\
    <button type="button" class="btn btn-primary needs-script" data-copy="\(id)" data-said="\(confirmation)">\
    \(icon: .copy)<span>Copier</span></button></div>
    </div>
    """
  }
}
