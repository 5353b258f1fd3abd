/// Prints the page, which leaves out all that is not its own matter.
struct PrintButton: Piece {
  let label: String

  init(_ label: String) { self.label = label }

  func html(in frame: Frame) -> HTML {
    """
    <p class="print-line"><button type="button" class="btn btn-outline needs-script" data-print>\(icon: .print)\
    <span>\(label)</span></button></p>
    """
  }
}
