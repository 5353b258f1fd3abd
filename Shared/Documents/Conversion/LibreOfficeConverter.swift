import Domain
import Foundation

/// Makes PDFs with the LibreOffice of this machine. Each worker has a profile of its own: two on one profile fail
/// silently (measured with 7.4).
public final class LibreOfficeConverter: DocumentConverter {
  private struct Worker: Sendable {
    /// Holds the worker's profile and, during a conversion, its files.
    let folder: ScratchFolder
  }

  private let program: String
  private let timeout: Duration
  private let folder: ScratchFolder
  private let queue: WorkerQueue<Worker>

  /// - Parameters:
  ///   - workers: conversions side by side, about 220 MB of memory each.
  ///   - queue: how many more may wait; past that, `.busy`.
  ///   - timeout: for one conversion, waiting not counted.
  ///   - program: LibreOffice's command, searched in PATH.
  ///   - directory: where profiles and passing files live.
  public init(
    workers: Int, queue: Int, timeout: Duration, program: String = "soffice",
    directory: URL = FileManager.default.temporaryDirectory
  ) throws {
    self.program = program
    self.timeout = timeout
    let root = try ScratchFolder(in: directory)
    folder = root
    let made = try (0..<max(1, workers)).map { _ in
      let folder = try ScratchFolder(in: root.url)
      try LibreOfficeProfile.write(to: folder.url.appending(path: "profile"))
      return Worker(folder: folder)
    }
    self.queue = WorkerQueue(made, limit: queue)
  }

  deinit { folder.remove() }

  public func pdf(from docx: Data) async throws -> Data {
    try await queue.lend { worker in try await self.convert(docx, with: worker) }
  }

  private func convert(_ docx: Data, with worker: Worker) async throws -> Data {
    let passing = try ScratchFolder(in: worker.folder.url)
    defer { passing.remove() }
    try docx.write(to: passing.file("document.docx"))
    let log = passing.file("log.txt")
    let child = try ChildProcess(
      program, arguments(worker: worker, passing: passing), environment: environment(worker: worker, passing: passing),
      log: log)
    let ending = try await child.ending(within: timeout)
    guard ending == .exited(0) else {
      throw DocumentError.conversionFailed(detail: "\(ending), \(Self.tail(of: log))")
    }
    guard FileManager.default.fileExists(atPath: passing.file("document.pdf").path) else {
      throw DocumentError.conversionFailed(detail: "no file, \(Self.tail(of: log))")
    }
    let pdf = try Data(contentsOf: passing.file("document.pdf"))
    guard pdf.starts(with: Data("%PDF-".utf8)) else { throw DocumentError.conversionFailed(detail: "not a PDF") }
    return pdf
  }

  private func arguments(worker: Worker, passing: ScratchFolder) -> [String] {
    // Tagged, with the titles as bookmarks: a screen reader finds its way (RGAA, downloadable documents).
    let options = ["UseTaggedPDF", "ExportBookmarks"].map { #""\#($0)":{"type":"boolean","value":"true"}"# }
    return [
      "-env:UserInstallation=\(worker.folder.url.appending(path: "profile").absoluteString)",
      "--headless", "--invisible", "--nologo", "--nodefault", "--norestore", "--nolockcheck",
      "--convert-to", "pdf:writer_pdf_Export:{\(options.joined(separator: ","))}", "--outdir", passing.url.path,
      passing.file("document.docx").path,
    ]
  }

  private func environment(worker: Worker, passing: ScratchFolder) -> [String: String] {
    [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": worker.folder.url.path,
      "TMPDIR": passing.url.path, "LANG": "C.UTF-8", "TZ": Calendar.france.timeZone.identifier,
      "SAL_USE_VCLPLUGIN": "svp",
    ]
  }

  private static func tail(of log: URL) -> String {
    do { return String(decoding: try Data(contentsOf: log).suffix(500), as: UTF8.self) } catch { return "no log" }
  }
}
