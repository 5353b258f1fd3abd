import Foundation

/// The settings LibreOffice starts with: nothing is run, nothing is fetched, nothing is asked.
enum LibreOfficeProfile {
  private static let settings: [(path: String, name: String, value: String)] = [
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),
  ]

  /// Writes a new profile folder at `url`.
  static func write(to url: URL) throws {
    let items = settings.map { setting in
      """
      <item oor:path="\(setting.path)">\
      <prop oor:name="\(setting.name)" oor:op="fuse"><value>\(setting.value)</value></prop></item>
      """
    }
    let file = """
      <?xml version="1.0" encoding="UTF-8"?>
      <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      \(items.joined(separator: "\n"))
      </oor:items>
      """
    let user = url.appending(path: "user", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: user, withIntermediateDirectories: true)
    try Data(file.utf8).write(to: user.appending(path: "registrymodifications.xcu"))
  }
}
