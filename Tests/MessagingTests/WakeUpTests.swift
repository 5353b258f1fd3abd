import Messaging
import Testing

@Suite("Wake-ups") struct WakeUpTests {
  @Test("what is written under a topic wakes every loop that waits for it, and no other") func topics() async {
    let wakeUps = WakeUps()
    let (first, second, other) = (wakeUps.bell(for: "mail"), wakeUps.bell(for: "mail"), wakeUps.bell(for: "letters"))
    wakeUps.ring(["mail", "unknown"])
    #expect(await first.wait(atMost: .seconds(5)))
    #expect(await second.wait(atMost: .seconds(5)))
    #expect(await !other.wait(atMost: .milliseconds(20)))
  }
}
