import CZlib

@testable import Dossiers

/// Feeds to read in tests: one household that is right, to be spoilt one thing at a time.
enum FeedSamples {
  static let couple = """
      <Foyer>
        <Dossier NUMDEMRSA="20260007123" FONORG="CAF" NUMORG="072" MATRICULE="1234567        " DTDEMRSA="2025-11-03"/>
        <Droit ETATDOSRSA="2" DTODRSA="2025-11-01" MOTISUSVERSRSA="" DDSUSVERSRSA="" MOTICLORSA="" DTCLORSA=""/>
        <SituationFamille SITFAM="VIM" DDSITFAM="2024-06-01" NBENFAUTCHA="1"/>
        <Adresse RGADR="01" NUMVOIE="2 BIS" LIBTYPEVOIE="RUE" NOMVOIE="DE LA RECLUSE" CODEPOS="07000" NUMCOM="07186"
          NOMCOM="PRIVAS" PAYS="FRA" DTEMM="2024-06-01" DTAS="CENTRE"/>
        <Contact NUMTEL="0612345678" AUTORUTITEL="A" ADRELEC="x@example.fr" AUTORUTIADRELEC="A"/>
        <Personne ROLEPERS="DEM" IDPERS="G0001234" QUAL="MME" NOM="MARTIN" NOMNAI="ROCHÉ" PRENOM="LEA"
          DTNAI="1985-07-14" SEXE="2" NIR="285070718604227" NATI="F">
          <DroitsDevoirs TOPPERSDRODEVORSA="1" DDSOUDRODEV="2025-11-01"/>
          <Orientation TYPEORIENT="SOCIOPRO" STATUT="ORIENTE" RANG="1" DATE="2025-12-04" ORIGINE="MANUELLE"/>
          <Referent IDREF="R0456" NOM="DURAND" PRENOM="PAUL" MAIL="p.durand@amesud.example" STRUCTURE="AMESUD"
            IDSTRUCT="S012" DTAS="CENTRE" DDDESIGNATION="2025-12-10" DFDESIGNATION="" MOTIFFIN=""/>
          <Midem DATE="2026-02-03" MOTIF="ABSENCE"/>
        </Personne>
        <Personne ROLEPERS="CJT" IDPERS="G0001235" QUAL="MR" NOM="MARTIN" PRENOM="HUGO" DTNAI="1983-02-14" SEXE="1"
          NIR="1830207186011" NATI="F"/>
        <Personne ROLEPERS="ENF" IDPERS="E1" NOM="MARTIN"/>
      </Foyer>
    """

  static func xml(
    _ households: String = couple, count: Int = 1, persons: Int = 3, header: String = header,
    declaration: String = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", trailer: String? = nil
  ) -> [UInt8] {
    let end =
      trailer
      ?? "<TransmissionFlux NBTOTDOSRSATRANSM=\"\(count)\" NBPERSTRANSM=\"\(persons)\" NBTOTDOSRSATRANSMANO=\"0\"/>"
    return Array("\(declaration)<FluxGenesis>\n\(header)\n\(households)\n\(end)\n</FluxGenesis>\n".utf8)
  }

  static let header = """
    <IdentificationFlux APPLIEME="GEN" NUMVERSIONAPPLIEME="0407" VERSIONFLUX="1" TYPEFLUX="Q" NATFLUX="S"
      DTCREAFLUX="2026-03-12" HEUCREAFLUX="04:10:00" DTREF="2026-03-11" TYPEPARTE="CD" IDEPARTE="007"/>
    """

  static let csvHeader = """
    #GENESIS;APPLIEME=GEN;VERSIONFLUX=1;NATFLUX=S;DTCREAFLUX=2026-03-12;DTREF=2026-03-11;IDEPARTE=007
    NUMDEMRSA;ETATDOSRSA;SITFAM;CODEPOS;ROLEPERS;IDPERS;NOM;"nomnai\t
    ";Prenom;DTNAI;SEXE;NIR;IDREF;DDDESIGNATION;STRUCTURE;INCONNUE

    """

  static let csvLines = """
    20260007123;2;VIM;07000;DEM;G0001234;MARTIN;ROCHÉ;LEA;14/07/1985;2;285070718604227;R0456;2025-12-10;"A ""M"";\nS";x
    20260007123;2;VIM;07000;CJT;G0001235;MARTIN;;HUGO;1983-02-14;1;1830207186011;R0456;2025-12-10;AMESUD;
    20260007123;2;VIM;07000;ENF;E1;MARTIN;;;;;;;;;
    20260007124;2;CEL;07200;DEM;G0001236;DUPOND;;ANNE;1990-01-01;2;;R0456;2025-12-10;AMESUD;

    """

  static func csv(
    _ lines: String = csvLines, header: String = csvHeader,
    trailer: String = "#FIN;NBTOTDOSRSATRANSM=2;NBPERSTRANSM=4;NBTOTDOSRSATRANSMANO=0\n"
  ) -> [UInt8] { Array((header + lines + trailer).utf8) }

  /// What a whole reading gives.
  struct Reading: Hashable {
    var persons: [FeedPerson]
    var summary: FeedSummary
  }

  /// Reads `bytes` in pieces that end at `cuts`.
  static func read(
    _ bytes: [UInt8], cuts: [Int] = [], department: String = "07", limits: FeedLimits = FeedLimits(),
    county: CountyCSV? = nil
  ) throws(FeedRefusal) -> Reading {
    var reader = FeedReader(department: department, limits: limits, county: county)
    var persons: [FeedPerson] = []
    var start = 0
    for cut in cuts + [bytes.count] {
      persons += try reader.consume(Array(bytes[start..<cut]))
      start = cut
    }
    let ending = try reader.finish()
    return Reading(persons: persons + ending.people, summary: ending.summary)
  }

  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    var packed = [UInt8](repeating: 0, count: bytes.count + 1024)
    var source = bytes
    let size = CInt(MemoryLayout<z_stream>.size)
    withUnsafeMutablePointer(to: &stream) { stream in
      deflateInit2_(stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
      source.withUnsafeMutableBufferPointer { input in
        packed.withUnsafeMutableBufferPointer { output in
          stream.pointee.next_in = input.baseAddress
          stream.pointee.avail_in = UInt32(input.count)
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          deflate(stream, Z_FINISH)
        }
      }
      packed.removeLast(Int(stream.pointee.avail_out))
      deflateEnd(stream)
    }
    return packed
  }
}

extension FeedSamples {
  /// What a faulty line makes of some bytes: up to three times one changed, some lost, a mark of the format put in, or some
  /// said twice.
  static func damaged(_ original: [UInt8], marks: String, using random: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 30))
      case 2: bytes.insert(Array(marks.utf8).randomElement(using: &random) ?? 0, at: place)
      default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: place)
      }
    }
    return bytes
  }
}
