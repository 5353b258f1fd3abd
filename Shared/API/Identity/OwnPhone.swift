import Domain
import Foundation

/// The number at which one is reached at work.
public struct OwnPhone: Payload, Constrained {
  /// As people write it; absent or empty for none.
  public var phone: String?
  public static let constraints: [String: Constraint] = ["phone": .text(0...30)]

  public init(phone: String?) { self.phone = phone }
}

extension PhoneNumber {
  /// A number as somebody typed it, or nil for nothing.
  /// - Throws: 422 at `field` for what is no French number.
  public static func typed(_ text: String?, field: String) throws -> PhoneNumber? {
    let typed = (text ?? "").trimmingCharacters(in: .whitespaces)
    guard !typed.isEmpty else { return nil }
    guard let number = PhoneNumber(typed) else {
      throw Problem.invalid([
        Fault(field, "numero", "Ce n’est pas un numéro français. Écrivez par exemple 04 75 00 00 00.")
      ])
    }
    return number
  }
}

extension IdentityAPI {
  public static let changeOwnPhone = Endpoint<OwnPhone, OwnPhone>(
    .identity, "changeOwnPhone", .put, "me/phone", allow: .ownAccount,
    summary: "Say at which number one is reached at work; contracts and letters give it.")
}
