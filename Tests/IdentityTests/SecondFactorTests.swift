import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Second factor: codes") struct TimedCodeTests {
  @Test(
    "RFC 6238, appendix B, for SHA-1",
    arguments: [
      (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
      (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
  func vectors(_ seconds: Int, _ code: String) {
    let secret = Data("12345678901234567890".utf8)
    let step = TimedCode.step(at: Date(timeIntervalSince1970: Double(seconds)))
    #expect(TimedCode.code(secret, step: step, digits: 8) == code)
    #expect(TimedCode.code(secret, step: step) == code.suffix(6))
  }

  @Test("one step of drift either way, and no step twice") func drift() {
    let (secret, moment) = (Data.random(20), Date(timeIntervalSince1970: 1_800_000_000))
    let now = TimedCode.step(at: moment)
    func found(_ step: Int, after last: Int = 0) -> Int? {
      TimedCode.step(of: TimedCode.code(secret, step: step), secret: secret, at: moment, after: last)
    }
    #expect((-2...2).map { found(now + $0) } == [nil, now - 1, now, now + 1, nil])
    #expect(found(now, after: now) == nil)
    #expect(found(now - 1, after: now) == nil)
    #expect(found(now + 1, after: now) == now + 1)
  }

  @Test("base32 as in RFC 4648, and an address that authenticators read") func address() {
    let texts = ["f", "fo", "foo", "foob", "fooba", "foobar"].map { TimedCode.base32(Data($0.utf8)) }
    #expect(texts == ["MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"])
    #expect(
      TimedCode.address(secret: Data("foobar".utf8), account: "a+b@exemple.fr")
        == "otpauth://totp/Jalons:a%2Bb@exemple.fr?secret=MZXW6YTBOI&issuer=Jalons")
  }

  @Test("a code is read as people type it") func typed() {
    #expect(TypedCode(" 123 456 ") == .timed("123456"))
    #expect(TypedCode("k7qf-3mzd-9aib") == .recovery("K7QF3MZD9A1B"))
    #expect(TypedCode("K7QF 3MZD 9AOL") == .recovery("K7QF3MZD9A01"))
    for text in ["", "12345", "1234567", "K7QF-3MZD", "K7QF-3MZD-9A!B", "١٢٣٤٥٦"] { #expect(TypedCode(text) == nil) }
    #expect(RecoveryCode.shown("K7QF3MZD9A2B") == "K7QF-3MZD-9A2B")
  }
}

@Suite("Second factor", .database) struct SecondFactorTests {
  @Test("once a first code confirmed it, a password alone opens nothing and a code opens the session")
  func enrols() async throws {
    try await IdentityUnderTest.run { identity in
      let account = try await identity.account("a@exemple.fr")
      let client = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      let begun = try await client.call(IdentityAPI.beginSecondFactor)
      #expect(begun.address.hasSuffix("?secret=\(begun.secret)&issuer=Jalons"))
      #expect(try await client.call(IdentityAPI.beginSecondFactor) == begun)
      #expect(try await client.call(IdentityAPI.showSecondFactor).since == nil)
      let wrong = await #expect(throws: Problem.self) {
        try await client.call(IdentityAPI.confirmSecondFactor, [:], SecondFactorCode(code: "12"))
      }
      #expect(wrong?.faults?.map(\.field) == ["code"])
      // Not confirmed: the password is enough.
      _ = try await identity.signIn("a@exemple.fr")
      let phone = try await identity.enrol(client, "a@exemple.fr")
      #expect(TimedCode.base32(phone.secret) == begun.secret)
      #expect(Set(phone.recovery).count == 10)
      let state = try await client.call(IdentityAPI.showSecondFactor)
      #expect(state.since != nil && state.recoveryCodesLeft == 10 && !state.forced)
      let signedIn = try await identity.complete(try await identity.proof("a@exemple.fr"), phone.code())
      #expect(signedIn.account.id == account && signedIn.profile.code == .referent)
      let me = try await identity.client(token: signedIn.token).call(IdentityAPI.showMe)
      #expect(Set(me.rights) == Profile.referent.rights)
      await #expect(throws: SecondFactors.already) { try await client.call(IdentityAPI.beginSecondFactor) }
      let row = try await identity.value("select secret from identity.second_factor", as: Data.self)
      #expect(row?.range(of: phone.secret) == nil)
    }
  }

  @Test("the secret waits fifteen minutes for its first code") func waits() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let signedIn = try await identity.signIn("a@exemple.fr")
      let begun = try await identity.client(token: signedIn.token).call(IdentityAPI.beginSecondFactor)
      identity.service.clock.travel(seconds: 901)
      let client = identity.client(token: try await identity.refresh(signedIn.secret).token)
      let secret = try #require(IdentityUnderTest.bytes(base32: begun.secret))
      let code = TimedCode.code(secret, step: TimedCode.step(at: identity.service.clock.now()))
      await #expect(throws: SecondFactors.notBegun) {
        try await client.call(IdentityAPI.confirmSecondFactor, [:], SecondFactorCode(code: code))
      }
      #expect(try await client.call(IdentityAPI.beginSecondFactor).secret != begun.secret)
    }
  }

  @Test("a code is good once, and so is what came before it") func replay() async throws {
    try await IdentityUnderTest.run { identity in
      let phone = try await identity.enrolled("a@exemple.fr")
      let (before, code) = (phone.code(-1), phone.code())
      _ = try await identity.complete(try await identity.proof("a@exemple.fr"), code)
      let proof = try await identity.proof("a@exemple.fr")
      #expect(try await identity.completionRefusal(proof, code) == Entrance.codeRefused)
      #expect(try await identity.completionRefusal(proof, before) == Entrance.codeRefused)
      _ = try await identity.complete(proof, phone.code(1))
    }
  }

  @Test("of twenty at once with one code, one is let in", arguments: [true, false])
  func race(_ isRecovery: Bool) async throws {
    try await IdentityUnderTest.run { identity in
      let phone = try await identity.enrolled("a@exemple.fr")
      let code = isRecovery ? phone.recovery[3] : phone.code()
      var proofs: [String] = []
      for _ in 0..<20 { proofs.append(try await identity.proof("a@exemple.fr")) }
      let sealed = proofs
      let statuses = await twentyAtOnce { index in
        _ = try await identity.complete(sealed[index], code, from: "192.0.2.\(index + 10)")
      }
      #expect(statuses[200] == 1)
      #expect(statuses.keys.allSatisfy { [200, 401, 429].contains($0) })
      let sessions = try await identity.value("select count(*) from identity.session", as: Int.self)
      #expect(sessions == 2)
    }
  }

  @Test("a recovery code opens once, however it is typed; new ones end the old") func recovery() async throws {
    try await IdentityUnderTest.run { identity in
      let phone = try await identity.enrolled("a@exemple.fr")
      let code = phone.recovery[0]
      let typed = code.lowercased().replacingOccurrences(of: "-", with: " ")
      let signedIn = try await identity.complete(try await identity.proof("a@exemple.fr"), typed)
      let proof = try await identity.proof("a@exemple.fr")
      #expect(try await identity.completionRefusal(proof, code) == Entrance.codeRefused)
      let client = identity.client(token: signedIn.token)
      #expect(try await client.call(IdentityAPI.showSecondFactor).recoveryCodesLeft == 9)
      let fresh = try await client.call(
        IdentityAPI.renewRecoveryCodes, [:], OwnerProof(password: IdentityUnderTest.password)
      ).codes
      #expect(fresh.count == 10 && Set(fresh).isDisjoint(with: phone.recovery))
      #expect(try await identity.completionRefusal(proof, phone.recovery[1]) == Entrance.codeRefused)
      _ = try await identity.complete(proof, fresh[9])
      // Nothing in the database can be typed.
      let stored = try await identity.value(
        "select string_agg(c::text, ' ') from identity.recovery_code c", as: String.self)
      for code in phone.recovery + fresh { #expect(stored?.contains(code.replacing("-", with: "")) == false) }
    }
  }

  @Test("wrong codes are slowed, and giving the password again forgives none of them") func slowed() async throws {
    try await IdentityUnderTest.run { identity in
      let phone = try await identity.enrolled("a@exemple.fr")
      var proof = try await identity.proof("a@exemple.fr")
      for _ in 0..<5 {
        #expect(try await identity.completionRefusal(proof, phone.wrong) == Entrance.codeRefused)
        proof = try await identity.proof("a@exemple.fr")
      }
      #expect(try await identity.completionRefusal(proof, phone.wrong).status == 429)
      #expect(try await identity.completionRefusal(proof, phone.code()).status == 429)
      identity.service.clock.travel(seconds: 3)
      _ = try await identity.complete(proof, phone.code())
    }
  }

  @Test("a proof opens one session, within five minutes, while the password stays") func proofs() async throws {
    try await IdentityUnderTest.run { identity in
      let phone = try await identity.enrolled("a@exemple.fr")
      let other = try await identity.enrolled("b@exemple.fr")
      func refused(_ proof: String, _ code: String) async throws -> Bool {
        try await identity.completionRefusal(proof, code) == SignInProof.ended
      }
      let used = try await identity.proof("a@exemple.fr")
      let signedIn = try await identity.complete(used, phone.code())
      #expect(try await refused(used, phone.code(1)))
      // The code was not spent on it.
      let late = try await identity.proof("a@exemple.fr")
      _ = try await identity.complete(try await identity.proof("a@exemple.fr"), phone.code(1))
      identity.service.clock.travel(seconds: 300)
      #expect(try await refused(late, phone.code()))
      #expect(try await refused("abc", phone.code()))
      #expect(try await refused(late.dropLast(4) + "AAAA", phone.code()))
      // Another account's proof asks for that account's code.
      let hers = try await identity.proof("b@exemple.fr")
      #expect(try await identity.completionRefusal(hers, phone.code()) == Entrance.codeRefused)
      _ = try await identity.complete(hers, other.code())
      // Another password ends it.
      let before = try await identity.proof("a@exemple.fr")
      let client = identity.client(token: try await identity.refresh(signedIn.secret).token)
      let change = PasswordChange(current: IdentityUnderTest.password, new: "cinq-mots-bien-differents")
      _ = try await client.call(IdentityAPI.changePassword, [:], change)
      #expect(try await refused(before, phone.code()))
    }
  }

  @Test("a wrong password says the same with a second factor as without") func sameRefusal() async throws {
    try await IdentityUnderTest.run { identity in
      _ = try await identity.enrolled("a@exemple.fr")
      let hashes = identity.hashes
      #expect(try await identity.refusal("a@exemple.fr", "faux mot de passe") == Entrance.refused)
      #expect(identity.hashes == hashes + 1)
    }
  }

  @Test("removing it asks for the password or a code") func removal() async throws {
    try await IdentityUnderTest.run { identity in
      let phone = try await identity.enrolled("a@exemple.fr")
      let client = identity.client(
        token: try await identity.complete(try await identity.proof("a@exemple.fr"), phone.code()).token)
      let refusals: [(OwnerProof, String)] = [
        (OwnerProof(), "password"), (OwnerProof(password: "autre chose"), "password"),
        (OwnerProof(code: phone.wrong), "code"), (OwnerProof(code: phone.code()), "code"),
      ]
      for (proof, field) in refusals {
        let problem = await #expect(throws: Problem.self) {
          try await client.call(IdentityAPI.removeSecondFactor, [:], proof)
        }
        #expect(problem?.faults?.map(\.field) == [field])
      }
      _ = try await client.call(IdentityAPI.removeSecondFactor, [:], OwnerProof(code: phone.code(1)))
      _ = try await identity.signIn("a@exemple.fr")
      await #expect(throws: SecondFactors.none) {
        try await client.call(IdentityAPI.renewRecoveryCodes, [:], OwnerProof(password: IdentityUnderTest.password))
      }
    }
  }

  @Test("an administrator takes it away from whoever lost it; the sessions end and say so")
  func withdrawn() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let phone = try await identity.enrolled("a@exemple.fr")
      let signedIn = try await identity.complete(try await identity.proof("a@exemple.fr"), phone.code())
      let account = signedIn.account.id
      #expect(try await administrator.call(IdentityAPI.showAccount, ["account": account]).secondFactor)
      for _ in 0..<2 { _ = try await administrator.call(IdentityAPI.withdrawSecondFactor, ["account": account]) }
      #expect(try await identity.refreshRefusal(signedIn.secret) == Closure.secondFactorWithdrawn.problem)
      let again = try await identity.signIn("a@exemple.fr")
      // Without a second factor there is nothing to take, and nobody to send away.
      _ = try await administrator.call(IdentityAPI.withdrawSecondFactor, ["account": account])
      _ = try await identity.refresh(again.secret)
      await #expect(throws: Problem.notFound("Ce compte")) {
        try await administrator.call(IdentityAPI.withdrawSecondFactor, ["account": ID<Account>.new()])
      }
    }
  }

  @Test("where the profile forces it, a session without one may only enrol, then acts in full")
  func forced() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      try await identity.account("a@exemple.fr", [.dpo])
      let before = try await identity.signIn("a@exemple.fr")
      #expect(!before.mustEnrol)
      _ = try await administrator.call(
        IdentityAPI.changeSecurityRule, ["profile": "dpo"], SecurityTerms(secondFactor: true), version: 1)
      let rules = try await administrator.call(IdentityAPI.listSecurityRules)
      #expect(rules.count == Profile.allCases.count && rules.filter(\.terms.secondFactor).map(\.profile) == [.dpo])
      #expect(rules.first { $0.profile == .dpo }.map { [$0.accounts, $0.withoutSecondFactor] } == [1, 1])
      let signedIn = try await identity.signIn("a@exemple.fr")
      #expect(signedIn.mustEnrol && signedIn.profile.code == .dpo)
      // The session that was open is held to it from its next token on.
      for token in [signedIn.token, try await identity.refresh(before.secret).token] {
        let client = identity.client(token: token)
        await #expect(throws: Problem.secondFactorMissing) { try await client.call(IdentityAPI.listTerritories) }
        await #expect(throws: Problem.secondFactorMissing) {
          try await client.call(IdentityAPI.listAudit, [:], AuditQuery())
        }
        await #expect(throws: Problem.secondFactorMissing) {
          try await client.call(IdentityAPI.listAccounts, [:], AccountQuery())
        }
        let me = try await client.call(IdentityAPI.showMe)
        #expect(me.rights.isEmpty && me.scope == .none && me.profile.code == .dpo)
        #expect(try await client.call(IdentityAPI.showSecondFactor).forced)
      }
      _ = try await identity.enrol(identity.client(token: signedIn.token), "a@exemple.fr")
      let client = identity.client(token: try await identity.refresh(signedIn.secret).token)
      _ = try await client.call(IdentityAPI.listAudit, [:], AuditQuery())
    }
  }

  @Test("each step is audited in the person's own name, without secret or code") func audited() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let phone = try await identity.enrolled("a@exemple.fr")
      let code = phone.code()
      let proof = try await identity.proof("a@exemple.fr")
      let signedIn = try await identity.complete(proof, code)
      let client = identity.client(token: signedIn.token)
      let password = OwnerProof(password: IdentityUnderTest.password)
      let fresh = try await client.call(IdentityAPI.renewRecoveryCodes, [:], password).codes
      _ = try await client.call(IdentityAPI.removeSecondFactor, [:], password)
      _ = try await identity.enrol(client, "a@exemple.fr")
      _ = try await administrator.call(IdentityAPI.withdrawSecondFactor, ["account": signedIn.account.id])
      _ = try await administrator.call(
        IdentityAPI.changeSecurityRule, ["profile": "ali"], SecurityTerms(secondFactor: true), version: 1)
      let data = try #require(
        try await identity.value(
          "select string_agg(data::text, ' ') from identity.outbox where stream = 'audit'", as: String.self))
      for act in [
        "beginSecondFactor", "confirmSecondFactor", "completeSignIn", "renewRecoveryCodes", "removeSecondFactor",
        "withdrawSecondFactor", "changeSecurityRule",
      ] {
        #expect(data.contains("identity.\(act)"), "\(act)")
      }
      #expect(data.contains("\"ali\""))
      let secrets = phone.recovery + fresh + [TimedCode.base32(phone.secret), proof, IdentityUnderTest.password]
      for secret in secrets { #expect(!data.contains(secret)) }
      #expect(!data.contains("\"\(code)\""))
    }
  }

  @Test("the answers that hold secrets are kept under no idempotency key") func notKept() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let token = try await identity.signIn("a@exemple.fr").token
      let url = identity.service.url
      let client = APIClient(
        addresses: { _ in [url] }, token: token, headers: [("Idempotency-Key", "une-cle-de-test")])
      let begun = try await client.call(IdentityAPI.beginSecondFactor)
      let kept = try await identity.value(
        "select coalesce(string_agg(i::text, ' '), '') from identity.idempotency i", as: String.self)
      #expect(kept?.contains(begun.secret) == false)
    }
  }
}
