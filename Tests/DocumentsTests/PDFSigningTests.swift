import Domain
import Foundation
import Testing

@testable import Documents

@Suite("Signing a PDF") struct PDFSigningTests {
  private static let moment = Moment.parse("2026-03-12T10:30:00Z") ?? Date(timeIntervalSince1970: 0)
  private static let statement = SignatureStatement(
    name: "MARTIN-DESCHAMPS Marie-Léa", reason: "Accord de la personne",
    line: "Signé électroniquement par MARTIN-DESCHAMPS Marie-Léa le 12 mars 2026 (code reçu par SMS)", moment: moment)

  private static func identity() throws -> SigningIdentity {
    try SigningIdentity.made(name: "Jalons – Ardèche", organisation: "Département de l’Ardèche", from: moment)
  }

  private static func contract() async throws -> Data {
    let converter = try LibreOfficeConverter(workers: 1, queue: 1, timeout: .seconds(120))
    return try await converter.pdf(from: WordModel.shipped(named: "cer-sans-decision").merge(Sample.contract))
  }

  @Test("pdfsig finds one valid signature of the whole document, of the PAdES kind, and the document reads as before")
  func foreignReader() async throws {
    let pdf = try await Self.contract()
    let signed = try PDFSigner(Self.identity()).signed(pdf, Self.statement)
    let report = try run("pdfsig", ["-nocert"], on: signed)
    #expect(report.contains("Signature is Valid") && report.contains("Total document signed"), "\(report)")
    #expect(report.contains("ETSI.CAdES.detached") && report.contains("SHA-256"), "\(report)")
    #expect(report.contains("Signer Certificate Common Name: Jalons – Ardèche"), "\(report)")
    #expect(signed.starts(with: pdf))
    let text = try run("pdftotext", on: signed)
    #expect(text.contains("MARTIN-DESCHAMPS Marie-Léa le 12 mars 2026 (code reçu par SMS)"))
    let pages = try run("pdfinfo", on: signed).firstMatch(of: /Pages: +(\d+)/).flatMap { Int($0.1) }
    #expect(try pages == PDFSigner.pages(of: pdf))
  }

  @Test("one byte changed anywhere is reported; what is added behind is told apart, as is another's signature")
  func changed() async throws {
    let identity = try Self.identity()
    let signed = try PDFSigner(identity).signed(await Self.contract(), Self.statement)
    let known = [identity.certificate]
    #expect(PDFVerdict(on: signed, certificates: known) == .intact)
    for place in stride(from: 10, to: signed.count - 10, by: signed.count / 60) {
      var changed = signed
      changed[place] ^= 1
      #expect(PDFVerdict(on: changed, certificates: known) != .intact, "byte \(place)")
    }
    #expect(PDFVerdict(on: signed + Data("\n% more".utf8), certificates: known) == .addedTo)
    #expect(PDFVerdict(on: signed, certificates: [try Self.identity().certificate]) == .foreign)
    #expect(PDFVerdict(on: try await Self.contract(), certificates: known) == .unsigned)
  }

  @Test("the foreign reader sees the changed byte as well") func foreignCheck() async throws {
    var signed = try PDFSigner(Self.identity()).signed(await Self.contract(), Self.statement)
    signed[700] ^= 1
    #expect(try run("pdfsig", ["-nocert"], on: signed).contains("Digest Mismatch"))
  }

  @Test("an operator's PEM file signs; a file without a key, or that is none of ours, is refused")
  func given() async throws {
    let made = try Self.identity()
    let file = made.key + made.certificates
    let opened = try SigningIdentity.opened(file, password: nil)
    #expect(opened.certificate == made.certificate)
    #expect(!String(decoding: opened.certificatesAlone, as: UTF8.self).contains("PRIVATE"))
    let pdf = try await Self.contract()
    #expect(
      PDFVerdict(on: try PDFSigner(opened).signed(pdf, Self.statement), certificates: [made.certificate]) == .intact)
    #expect(throws: DocumentError.self) { try SigningIdentity.opened(made.certificates, password: nil) }
    #expect(throws: DocumentError.self) { try SigningIdentity.opened(Data("none".utf8), password: "x") }
    #expect(throws: DocumentError.self) { try PDFSigner(made).signed(Data("%PDF-1.6".utf8), Self.statement) }
    // Signed once: it is not signed again.
    let signed = try PDFSigner(made).signed(pdf, Self.statement)
    #expect(throws: DocumentError.self) { try PDFSigner(made).signed(signed, Self.statement) }
  }

  @Test("a page is shown as a picture, and the words of all are read") func pages() async throws {
    let pdf = try await Self.contract()
    #expect(try await PDFPages.picture(of: 1, in: pdf).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try await PDFPages.text(of: pdf).contains("MARTIN-DESCHAMPS Marie-Léa"))
  }
}
