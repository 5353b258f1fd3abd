import Mustache

/// Turns page values into HTML with the templates of `Services/Portal/Templates`.
struct PageRenderer: Sendable {
  /// What a portal that cannot draw says at start.
  enum Failure: Error, CustomStringConvertible {
    case missingTemplate(String)

    var description: String {
      switch self {
      case .missingTemplate(let name): "The template \(name).mustache is missing."
      }
    }
  }

  private let library: MustacheLibrary

  /// Reads every template below `directory`, once.
  ///
  /// - Throws: the parser's error with the file's name, or ``Failure/missingTemplate(_:)``.
  init(directory: String) async throws {
    library = try await MustacheLibrary(directory: directory)
    for name in ["page", "dossier-page", "bare-page", "fragment"] where library.getTemplate(named: name) == nil {
      throw Failure.missingTemplate(name)
    }
  }

  /// A page with optional columns.
  func html(_ page: StandardPage) throws(Failure) -> String {
    try html(page, template: "page")
  }

  /// A page of a dossier.
  func html(_ page: DossierPage) throws(Failure) -> String {
    try html(page, template: "dossier-page")
  }

  /// A page without the application around it.
  func html(_ page: BarePage) throws(Failure) -> String {
    try html(page, template: "bare-page")
  }

  /// Pieces alone, for htmx. The frame gives their forms the proof that they came from us.
  func html(_ pieces: [any Piece], in frame: Frame) throws(Failure) -> String {
    try html(Fragment(frame: frame, body: pieces), template: "fragment")
  }

  /// Any value with a template of its own.
  ///
  /// - Throws: ``Failure/missingTemplate(_:)``; Mustache itself would answer nothing.
  func html(_ page: any Sendable, template: String) throws(Failure) -> String {
    guard let html = library.render(page, withTemplate: template) else { throw .missingTemplate(template) }
    return FrenchTypography.applied(to: html)
  }

  private struct Fragment: Sendable {
    let frame: Frame
    let body: [any Piece]
  }
}
