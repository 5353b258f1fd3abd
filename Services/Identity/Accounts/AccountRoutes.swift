import API
import Domain
import Service

func addAccountRoutes(to routes: Routes, store: AccountStore, invitations: Invitations) {
  routes.handle(IdentityAPI.showAccount) { _, request in
    try await store.detail(of: request.id("account"), for: request.caller)
  }
  routes.handle(IdentityAPI.addAccount) { new, request in
    try await invitations.add(new, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.changeAccount) { change, request in
    try await store.change(
      request.id("account"), change, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.closeAccount) { _, request in
    try await store.close(request.id("account"), for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.reopenAccount) { _, request in
    try await invitations.reopen(request.id("account"), for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.confirmAccount) { _, request in
    try await invitations.invite(request.id("account"), confirming: true, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.inviteAccount) { _, request in
    try await invitations.invite(request.id("account"), confirming: false, for: request.caller, at: request.now)
  }
}
