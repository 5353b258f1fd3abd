import Foundation

/// The fonts that documents are made with on this machine.
public enum DocumentFonts {
  /// What to say where no font holds Chinese characters, in which some people's names are written; nil where one does, and
  /// where documents are not made on this machine.
  /// - Parameter program: fontconfig's command; what it lists has an empty output where there is no such font.
  public static func warning(program: String = "/usr/bin/fc-list") throws -> String? {
    guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
    let child = Process()
    child.executableURL = URL(fileURLWithPath: program)
    child.arguments = [":lang=zh-cn", "family"]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let listed = try output.fileHandleForReading.readToEnd() ?? Data()
    child.waitUntilExit()
    guard child.terminationStatus == 0, listed.isEmpty else { return nil }
    return
      "no font has Chinese characters, so that PDFs show names written in them as empty boxes: install fonts-noto-cjk"
  }
}
