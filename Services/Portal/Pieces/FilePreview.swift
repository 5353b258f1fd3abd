/// A document seen without opening another program.
struct FilePreview: Piece {
  let name: String
  /// « PDF · 182 Ko · déposé le 12 mars 2026 par P. Durand ».
  let detail: String
  let isImage: Bool
  let isPaged: Bool
  let address: String
  let download: String
  let actions: [Action]

  /// How the browser can show it.
  enum Kind: Sendable {
    case image, pages, none
  }

  init(_ name: String, detail: String, kind: Kind, address: String, download: String, actions: [Action] = []) {
    self.name = name
    self.detail = detail
    isImage = kind == .image
    isPaged = kind == .pages
    self.address = address
    self.download = download
    self.actions = actions
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="file-preview">
    <div class="file-head">\(icon: .file)<p><strong>\(name)</strong>\(small: detail)</p><div class="button-row">\
    <a class="btn btn-outline" href="\(download)" download>\(icon: .download)<span>Télécharger</span></a>\
    \(actions, in: frame)</div></div>
    \(#"<img src="\#(address)" alt="Aperçu de \#(name)">"#, if: isImage)
    \(#"<iframe src="\#(address)" title="Aperçu de \#(name)"></iframe>"#, if: isPaged)
    </div>
    """
  }
}
