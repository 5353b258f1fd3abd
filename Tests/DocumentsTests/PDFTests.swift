import Foundation
import Testing

@testable import Documents

@Suite struct PDFTests {
  private static let samples: [WordModel.Shipped] = WordModel.Shipped.allCases

  /// A summons and a letter are one page; a contract and a form to be filled in by hand are what their rubrics need.
  private static func pages(of shipped: WordModel.Shipped) -> ClosedRange<Int> {
    switch shipped {
    case .trainingReferral, .employmentReferral, .partnerReferral, .assessment, .selfEmployedAssessment,
      .farmerAssessment:
      2...2
    case _ where shipped.rawValue.hasPrefix("cer"): 2...3
    default: 1...1
    }
  }

  private func merged(_ shipped: WordModel.Shipped) throws -> Data {
    let values = shipped.rawValue.hasPrefix("cer") ? Sample.contract : Sample.summons
    return try WordModel.shipped(named: shipped.rawValue).merge(values)
  }

  /// Where whoever changes a model finds the pages to look at, when the variable is set.
  private func keep(_ pdf: Data, _ name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["JALONS_KEEP_PDF"] else { return }
    try pdf.write(to: URL(filePath: folder).appending(path: "\(name).pdf"))
  }

  @Test("two workers convert side by side, each with its own profile, and every model fits its pages")
  func concurrent() async throws {
    let converter = try LibreOfficeConverter(workers: 2, queue: Self.samples.count, timeout: .seconds(120))
    try await withThrowingTaskGroup { group in
      for shipped in Self.samples {
        let docx = try merged(shipped)
        group.addTask { (shipped, try await converter.pdf(from: docx)) }
      }
      for try await (shipped, pdf) in group {
        try keep(pdf, shipped.rawValue)
        let information = try run("pdfinfo", on: pdf)
        let pages = information.firstMatch(of: /Pages: +(\d+)/).flatMap { Int($0.1) } ?? 0
        #expect(Self.pages(of: shipped).contains(pages), "\(shipped) \(pages)")
        #expect(information.contains(/Tagged: +yes/))
        #expect(information.contains("A4"))
      }
    }
  }

  @Test("the PDF says what was merged, accents, quotes and lists included")
  func textOfPDF() async throws {
    let converter = try LibreOfficeConverter(workers: 1, queue: 1, timeout: .seconds(120))
    let text = try run("pdftotext", on: try await converter.pdf(from: merged(.acceptedContract)))
    for words in ["MARTIN-DESCHAMPS Marie-Léa", "1. Formation et qualification", "3. Mobilité", "07000 PRIVAS"] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(!text.contains("«"))
  }

  @Test(
    "only the name and the address can show through the window of an envelope",
    arguments: [
      WordModel.Shipped.countySummons, .fundedSummons, .plainSummons,
    ])
  func window(shipped: WordModel.Shipped) async throws {
    let converter = try LibreOfficeConverter(workers: 1, queue: 1, timeout: .seconds(120))
    let pdf = try await converter.pdf(from: merged(shipped))
    // From 90 mm to the right edge and from 34 to 92 mm down, in points.
    let zone = ["-x", "255", "-y", "96", "-W", "340", "-H", "165", "-layout"]
    let lines = try run("pdftotext", zone, on: pdf).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces.union(.controlCharacters)) }.filter { !$0.isEmpty }
    #expect(
      lines == [
        "Madame MARTIN-DESCHAMPS Marie-Léa", "Résidence Les Châtaigniers, bâtiment C",
        "14 rue du Faubourg-Saint-Dominique", "07000 PRIVAS",
      ])
    #expect(try !run("pdftotext", on: pdf).contains("RSA"))
  }

  @Test("a conversion that lasts too long is ended with all it has started, and leaves no file")
  func timeout() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    // Stands in for a LibreOffice that hangs: a script whose child would outlive it.
    let marker = scratch.file("child")
    let script = try executable("sleep 300 & echo $! > \(marker.path); wait", in: scratch)
    let converter = try LibreOfficeConverter(
      workers: 1, queue: 0, timeout: .seconds(1), program: script, directory: scratch.url)
    await #expect(throws: DocumentError.conversionTimedOut) { try await converter.pdf(from: Data("x".utf8)) }
    let child = try #require(pid_t(String(decoding: Data(contentsOf: marker), as: UTF8.self).dropLast(1)))
    try await Task.sleep(for: .milliseconds(200))
    #expect(!isRunning(child))
    #expect(try files(below: scratch.url, named: "document.docx").isEmpty)
  }

  @Test("cancelling the caller ends the conversion")
  func cancellation() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let script = try executable("sleep 300", in: scratch)
    let converter = try LibreOfficeConverter(workers: 1, queue: 0, timeout: .seconds(300), program: script)
    let task = Task { try await converter.pdf(from: Data("x".utf8)) }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("a full queue answers at once that it is busy, and the worker serves again after")
  func busy() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let script = try executable("sleep 1; printf '%%PDF-1.6' > \"$(dirname \"$last\")/document.pdf\"", in: scratch)
    let converter = try LibreOfficeConverter(workers: 1, queue: 1, timeout: .seconds(60), program: script)
    let outcomes = await withTaskGroup(of: Result<Data, any Error>.self) { group in
      for _ in 0..<4 {
        group.addTask {
          do { return .success(try await converter.pdf(from: Data("x".utf8))) } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let failures = outcomes.compactMap { if case .failure(let error) = $0 { error as? DocumentError } else { nil } }
    #expect(failures == [.busy, .busy])
    #expect(try await converter.pdf(from: Data("x".utf8)) == Data("%PDF-1.6".utf8))
  }

  @Test("no file, not a PDF and no program are told apart")
  func failures() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let silent = try LibreOfficeConverter(
      workers: 1, queue: 0, timeout: .seconds(60), program: try executable("exit 0", in: scratch))
    await #expect(throws: DocumentError.conversionFailed(detail: "no file, ")) { try await silent.pdf(from: Data()) }
    let failing = try LibreOfficeConverter(
      workers: 1, queue: 0, timeout: .seconds(60), program: try executable("echo oh; exit 3", in: scratch))
    await #expect(throws: DocumentError.conversionFailed(detail: "exited(3), oh\n")) {
      try await failing.pdf(from: Data())
    }
    let missing = try LibreOfficeConverter(workers: 1, queue: 0, timeout: .seconds(60), program: "no-such-office")
    await #expect(throws: DocumentError.converterMissing(program: "no-such-office")) {
      try await missing.pdf(from: Data())
    }
  }
}
