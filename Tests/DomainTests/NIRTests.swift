import Domain
import Foundation
import Testing

@Suite("A social security number")
struct NIRTests {
  @Test(
    "has the key that the registry computes, Corsica included",
    arguments: [
      ("1850707186042", 77), ("2920226362013", 48), ("1990269123456", 83), ("176012A004017", 54),
      ("285112B033008", 53), ("1680699352014", 54), ("2800797415021", 14),
    ])
  func key(number: String, key: Int) throws {
    let nir = try NIR(number)
    #expect(nir.key == key)
    #expect(try NIR(number + "\(key)") == nir)
    #expect(nir.complete == number + "\(key)")
    #expect(throws: NIR.Fault.key(expected: key)) { try NIR(number + "\(key + 1)") }
  }

  @Test("is read with its groups apart and in lower case")
  func groups() throws {
    #expect(try NIR("1 85 07 07 186 042 77").characters == "1850707186042")
    #expect(try NIR("1\u{A0}85\u{A0}07 07 186 042 77").characters == "1850707186042")
    #expect(try NIR("1 76 01 2a 004 017").characters == "176012A004017")
  }

  @Test(
    "is refused for the first thing wrong with it",
    arguments: [
      ("", NIR.Fault.length), ("185070718604", .length), ("18507071860421", .length), ("18507O7186042", .character),
      ("1850707186é4", .character), ("185073A186042", .department), ("5850707186042", .sex),
      ("1851307186042", .month), ("1850007186042", .month), ("1850700186042", .department),
      ("1850707186O42", .character),
    ])
  func faults(text: String, fault: NIR.Fault) {
    #expect(throws: fault) { try NIR(text) }
  }

  @Test("agrees with the sex and the birth it tells")
  func agreement() throws {
    let nir = try NIR("1850707186042")
    #expect(nir.agrees(withMale: true))
    #expect(!nir.agrees(withMale: false))
    #expect(nir.agrees(withYear: 1985, month: 7))
    #expect(!nir.agrees(withYear: 1985, month: 8))
    #expect(!nir.agrees(withYear: 1986, month: 7))
    #expect(nir.agrees(withYear: 1985, month: nil))
    #expect(try NIR("1852207186042").agrees(withYear: 1985, month: 3))
  }

  @Test("may be provisional, and is then compared with neither sex nor birth", arguments: ["3", "4", "7", "8"])
  func provisional(first: String) throws {
    let nir = try NIR(first + "850707186042")
    #expect(nir.isProvisional)
    #expect(nir.agrees(withMale: true) && nir.agrees(withMale: false))
    #expect(nir.agrees(withYear: 1990, month: 1))
  }

  @Test("is spelled whole in its groups, Corsica's letters included")
  func spelled() throws {
    #expect(try NIR("1850707186042").spelled == "1 85 07 07 186 042 77")
    #expect(try NIR("176012A004017").spelled == "1 76 01 2A 004 017 54")
  }

  @Test("shows itself masked, whoever prints it")
  func masked() throws {
    let nir = try NIR("1850707186042")
    #expect(nir.masked == "1 85 07 •• ••• ••• ••")
    #expect("\(nir)" == nir.masked)
    #expect(String(reflecting: nir) == nir.masked)
    var dumped = ""
    dump(nir, to: &dumped)
    #expect(!dumped.contains("186042"))
  }

  @Test("is coded in full and refused when wrong")
  func coding() throws {
    let nir = try NIR("1850707186042")
    let data = try JSONEncoder().encode([nir])
    #expect(String(decoding: data, as: UTF8.self) == "[\"185070718604277\"]")
    #expect(try JSONDecoder().decode([NIR].self, from: data) == [nir])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([NIR].self, from: Data("[\"12\"]".utf8)) }
  }
}
