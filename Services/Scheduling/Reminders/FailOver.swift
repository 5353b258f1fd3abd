import API
import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOPosix
import Service

extension SMSProvider {
  /// Which provider sends the SMS: none (`outbox`) unless `JALONS_SMS_PROVIDER` names one, or two with a comma, the
  /// second for what the first does not take.
  /// - Throws: `ProviderError` for another name; `SettingError` without what a provider needs.
  init(_ parts: Parts) throws {
    let names = parts.settings.string("JALONS_SMS_PROVIDER", default: "outbox").split(separator: ",").map(String.init)
    guard let first = names.first, names.count <= 2 else { throw ProviderError(name: names.joined(separator: ",")) }
    let provider = try Self.named(first, parts)
    self = names.count == 1 ? provider : provider.failingOver(to: try Self.named(names[1], parts))
  }

  private static func named(_ name: String, _ parts: Parts) throws -> SMSProvider {
    let settings = parts.settings
    switch name {
    case "brevo":
      let publicAddress = settings.string("JALONS_PUBLIC_URL", default: "http://localhost:8080")
      let receipts = settings.optional("JALONS_BREVO_RECEIPT_SECRET").map {
        "\(publicAddress)/api/scheduling/v1/sms-receipts/\($0)"
      }
      return .brevo(
        base: settings.string("JALONS_BREVO_URL", default: "https://api.brevo.com"),
        key: try settings.string("JALONS_BREVO_KEY"), receipts: receipts)
    case "ovhcloud":
      return .ovhcloud(
        OVHAccess(
          base: settings.string("JALONS_OVH_URL", default: "https://eu.api.ovh.com/1.0"),
          service: try settings.string("JALONS_OVH_SERVICE"),
          applicationKey: try settings.string("JALONS_OVH_APPLICATION_KEY"),
          applicationSecret: try settings.string("JALONS_OVH_APPLICATION_SECRET"),
          consumerKey: try settings.string("JALONS_OVH_CONSUMER_KEY")))
    case "outbox": return .outbox(parts.postgres, now: parts.now)
    default: throw ProviderError(name: name)
    }
  }

  /// This provider, and `second` for each message that surely did not leave by it. What may have left is not given to
  /// another, and a number that one rejects is not tried with the other.
  func failingOver(to second: SMSProvider) -> SMSProvider {
    SMSProvider(name: name, knowsKeys: knowsKeys && second.knowsKeys) { message in
      let first = await send(message)
      guard case .notTaken = first else { return first }
      let answer = await second.send(message)
      guard case .accepted(let id, let by) = answer else { return answer }
      return .accepted(id: id, by: by ?? second.name)
    }
  }
}

/// `JALONS_SMS_PROVIDER` names a provider that does not exist: the process does not start.
struct ProviderError: Error, CustomStringConvertible {
  let name: String
  var description: String {
    "JALONS_SMS_PROVIDER must be outbox, brevo or ovhcloud, or two of them with a comma, not \(name)"
  }
}

extension SMSAnswer {
  /// What is known of a message whose call failed before an answer came.
  static func failed(_ error: any Error) -> SMSAnswer {
    switch error {
    case let error as HTTPClientError where error == .connectTimeout: .notTaken("connection")
    case let error as IOError where error.errnoCode == ECONNREFUSED: .notTaken("connection")
    case is NIOConnectionError: .notTaken("connection")
    default: .unknown("\(type(of: error))")
    }
  }
}
