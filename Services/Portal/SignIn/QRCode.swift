import CQREncode

/// A picture for the camera of a telephone, drawn on the server: no script sees what is in it.
struct QRCode: Piece {
  /// What it is for, to whom cannot see it.
  let label: String
  /// Modules on a side, the white margin included.
  let side: Int
  /// The dark modules, as the path of an SVG.
  let path: String

  /// - Returns: nil when `text` is too long for a QR code, or has a zero byte.
  init?(_ text: String, label: String) {
    // Medium correction: a screen is neither torn nor dirty, but it may shine.
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
    defer { QRcode_free(code) }
    let (width, modules) = (Int(code.pointee.width), code.pointee.data)
    guard let modules else { return nil }
    var path = ""
    for row in 0..<width {
      var column = 0
      while column < width {
        let start = column
        while column < width, modules[row * width + column] & 1 == 1 { column += 1 }
        let length = column - start
        if length > 0 { path += "M\(start + Self.margin) \(row + Self.margin)h\(length)v1h-\(length)z" }
        if length == 0 { column += 1 }
      }
    }
    self.label = label
    self.side = width + 2 * Self.margin
    self.path = path
  }

  /// Four modules all around (ISO/IEC 18004).
  private static let margin = 4

  func html(in frame: Frame) -> HTML {
    // Always dark on white, or no camera reads it.
    """
    <svg class="qr-code" viewBox="0 0 \(side) \(side)" role="img" aria-label="\(label)" shape-rendering="crispEdges">\
    <rect width="100%" height="100%" fill="#fff"/><path d="\(path)" fill="#000"/></svg>
    """
  }
}

/// Codes to copy by hand, by the clipboard or on paper.
struct CodeList: Piece {
  let id: String
  let label: String
  let codes: [String]
  /// With buttons that copy and print, where scripts run.
  let isKept: Bool

  init(id: String, _ label: String, _ codes: [String], isKept: Bool = false) {
    self.id = id
    self.label = label
    self.codes = codes
    self.isKept = isKept
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="code-list">
    <ul id="\(id)" aria-label="\(label)">\(each: codes, { "<li><code>\($0)</code></li>\n" })</ul>
    \(buttons, if: isKept)
    </div>
    """
  }

  private var buttons: HTML {
    """
    <div class="code-list-actions needs-script">\
    <button type="button" class="btn btn-outline" data-copy="\(id)">\(icon: .copy)<span>Copier</span></button>\
    <button type="button" class="btn btn-outline" data-print>\(icon: .print)<span>Imprimer</span></button></div>
    """
  }
}
