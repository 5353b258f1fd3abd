import Foundation

/// What a PDF shows: its pages as pictures, its words as text. Poppler's programs read it.
public enum PDFPages {
  /// One page as PNG, from 1, as wide as a screen shows it.
  /// - Throws: `DocumentError.converterMissing`, `.conversionFailed`.
  public static func picture(of page: Int, in pdf: Data) async throws -> Data {
    try await made("pdftoppm", of: pdf, into: "page.png") { input, folder in
      ["-f", String(page), "-l", String(page), "-singlefile", "-r", "110", "-png", input, "\(folder)/page"]
    }
  }

  /// All words, page after page.
  public static func text(of pdf: Data) async throws -> String {
    let text = try await made("pdftotext", of: pdf, into: "text.txt") { input, folder in
      ["-layout", "-enc", "UTF-8", input, "\(folder)/text.txt"]
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func made(
    _ program: String, of pdf: Data, into name: String, _ arguments: (_ input: String, _ folder: String) -> [String]
  ) async throws -> Data {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try pdf.write(to: scratch.file("input.pdf"))
    let child = try ChildProcess(
      program, arguments(scratch.file("input.pdf").path, scratch.url.path),
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LANG": "C.UTF-8"],
      log: scratch.file("log.txt"))
    let ending = try await child.ending(within: .seconds(20))
    guard ending == .exited(0), FileManager.default.fileExists(atPath: scratch.file(name).path) else {
      throw DocumentError.conversionFailed(detail: "\(program): \(ending)")
    }
    return try Data(contentsOf: scratch.file(name))
  }
}
