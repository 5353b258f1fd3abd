import Foundation
import Synchronization
import Testing

@testable import Passwords

@Suite("Password hashes") struct PasswordHasherTests {
  @Test("a hash is of its own password alone, salted, and says its cost") func ownPassword() async throws {
    let hasher = PasswordHasher(ln: 10)
    let stored = try await hasher.hash("été à la plage")
    #expect(stored.hasPrefix("$scrypt$ln=10,r=8,p=1$"))
    #expect(try await hasher.hash("été à la plage") != stored)
    #expect(try await hasher.verify("été à la plage", against: stored))
    // The same accent, typed as two signs.
    #expect(try await hasher.verify("e\u{301}te\u{301} a\u{300} la plage", against: stored))
    #expect(try await !hasher.verify("ete a la plage", against: stored))
    #expect(hasher.isOutdated(stored) == false)
    #expect(PasswordHasher(ln: 11).isOutdated(stored))
  }

  @Test("it is RFC 7914's scrypt: a hash made elsewhere is recognised") func foreign() async throws {
    // From hashlib.scrypt(b"pleaseletmein", salt=b"SodiumChloride", n=16384, r=8, p=1, dklen=32), as in the RFC.
    let salt = Data("SodiumChloride".utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
    let hash = Data([
      0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38, 0xeb, 0xfd, 0xa8, 0xfb,
      0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d, 0xa1, 0xf2,
    ]).base64EncodedString().replacingOccurrences(of: "=", with: "")
    #expect(try await PasswordHasher(ln: 10).verify("pleaseletmein", against: "$scrypt$ln=14,r=8,p=1$\(salt)$\(hash)"))
  }

  @Test("without a stored hash the same work is done, and the answer is no") func decoy() async throws {
    let count = Atomic<Int>(0)
    let hasher = PasswordHasher(ln: 10) { count.add(1, ordering: .relaxed) }
    #expect(try await !hasher.verify("", against: nil))
    #expect(count.load(ordering: .relaxed) == 1)
  }

  @Test("what is not a hash is refused, and so is a cost that would take all the memory")
  func unreadable() async {
    let hasher = PasswordHasher(ln: 10)
    let greedy = "$scrypt$ln=30,r=8,p=1$AAAA$" + String(repeating: "A", count: 43)
    for stored in ["", "x", "$scrypt$ln=10,r=8,p=1$AAAA$AAAA", greedy] {
      await #expect(throws: PasswordError.unreadable) { try await hasher.verify("x", against: stored) }
    }
  }

  @Test("when too many wait the rest are turned away, and those who wait are served") func busy() async {
    let hasher = PasswordHasher(ln: 10)
    let (done, refused) = await withTaskGroup(of: Bool.self) { tasks in
      for _ in 0..<600 {
        tasks.addTask {
          do {
            return try await !hasher.verify("x", against: nil)
          } catch {
            return false
          }
        }
      }
      return await tasks.reduce(into: (0, 0)) { if $1 { $0.0 += 1 } else { $0.1 += 1 } }
    }
    #expect(done >= 200)
    #expect(done + refused == 600)
  }

  @Test("hashes stand behind everybody else's click")
  func niceness() async throws {
    let threads = HashingThreads(count: 1, mostWaiting: 4)
    defer { threads.stop() }
    let found = try await threads.run { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
    #expect(found == HashingThreads.niceness)
  }
}
