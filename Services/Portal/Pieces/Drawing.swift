/// What pieces are written with.
extension HTML.Writer {
  /// Pieces one after the other.
  mutating func appendInterpolation(_ pieces: [any Piece], in frame: Frame) {
    for piece in pieces { appendInterpolation("\(piece.html(in: frame))\n" as HTML) }
  }

  /// Pieces of one kind, one after the other.
  mutating func appendInterpolation(_ pieces: [some Piece], in frame: Frame) {
    for piece in pieces { appendInterpolation("\(piece.html(in: frame))\n" as HTML) }
  }

  /// A piece that may be absent.
  mutating func appendInterpolation(_ piece: (some Piece)?, in frame: Frame) {
    if let piece { appendInterpolation(piece.html(in: frame)) }
  }

  /// An icon of the sprite. It stands beside a word, so that a screen reader skips it.
  mutating func appendInterpolation(icon: Icon) { appendInterpolation(icon: icon.rawValue) }

  mutating func appendInterpolation(icon name: String?) {
    guard let name else { return }
    appendInterpolation(
      #"<svg class="icon" aria-hidden="true"><use href="/assets/icons.svg#\#(name)"/></svg>"# as HTML)
  }

  /// A text, which leads somewhere where there is an address.
  mutating func appendInterpolation(_ text: String?, linkedTo address: String?) {
    guard let text, let address else { return appendInterpolation(text) }
    appendInterpolation(#"<a href="\#(address)">\#(text)</a>"# as HTML)
  }

  /// A detail, smaller, after what it is about.
  mutating func appendInterpolation(small text: String?) {
    appendInterpolation(text, { "<small>\($0)</small>" })
  }

  /// Values that a form carries without showing them.
  mutating func appendInterpolation(hidden values: [HiddenValue]) {
    appendInterpolation(each: values, { #"<input type="hidden" name="\#($0.name)" value="\#($0.value)">"# })
  }
}

extension [any Piece] {
  /// Pieces without a page around them, for htmx: a list renewed, a field validated.
  func html(in frame: Frame) -> HTML { "\(self, in: frame)" }
}
