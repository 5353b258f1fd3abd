import Crypto
import Foundation
import Service

/// A secret that its owner shows to be known again; only its hash is stored.
struct OneSecret: Sendable {
  let text: String
  var hash: Data { Self.hash(of: text) }

  init() { text = Data.random(32).base64URL }

  static func hash(of text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }
}
