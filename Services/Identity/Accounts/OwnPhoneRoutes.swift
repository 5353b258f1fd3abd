import API
import Domain
import Service

func addOwnPhoneRoutes(to routes: Routes, store: AccountStore) {
  routes.handle(IdentityAPI.changeOwnPhone) { input, request in
    let number = try PhoneNumber.typed(input.phone, field: "phone")
    try await store.setPhone(number, for: request.caller)
    return OwnPhone(phone: number?.display)
  }
}
