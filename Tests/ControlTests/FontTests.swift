import Foundation
import Testing

@testable import Control

@Suite("Fonts") struct FontTests {
  @Test("a machine without Chinese characters is warned of, one with them and one that makes no documents are not")
  func warning() throws {
    #expect(try Fonts.warning(program: "/bin/true")?.contains("fonts-noto-cjk") == true)
    #expect(try Fonts.warning(program: "/bin/echo") == nil)
    #expect(try Fonts.warning(program: "/nowhere/fc-list") == nil)
  }
}
