/// A reproducible source of numbers (SplitMix64): the same seed gives the same county, on any machine.
struct SyntheticRandom: RandomNumberGenerator {
  private var state: UInt64

  /// A source of its own for each thing drawn, so that one thing's draws never shift another's.
  init(seed: UInt64, _ parts: Int...) {
    state = Self.mix(seed)
    for part in parts { state = Self.mix(state ^ UInt64(truncatingIfNeeded: part)) }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.finish(state)
  }

  /// From 0 to `bound` - 1. The bias for bounds this small does not show.
  mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % bound }

  /// True `percent` times out of a hundred.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  private static func mix(_ value: UInt64) -> UInt64 { finish(value &+ 0x9E37_79B9_7F4A_7C15) }

  private static func finish(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
