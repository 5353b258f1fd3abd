import Foundation
import Synchronization

/// Counters and histograms in Prometheus' text form. Labels never hold what a person typed.
public final class Metrics: Sendable {
  private struct Histogram {
    var buckets: [Int]
    var sum = 0.0
    var count = 0
  }
  private struct State {
    var counters: [String: Double] = [:]
    var histograms: [String: Histogram] = [:]
  }
  private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  private let state = Mutex(State())

  public init() {}

  public func count(_ name: String, _ labels: [(String, String)] = [], by amount: Double = 1) {
    state.withLock { $0.counters[Self.series(name, labels), default: 0] += amount }
  }

  /// - Parameter seconds: how long it took.
  public func observe(_ name: String, _ labels: [(String, String)] = [], seconds: Double) {
    let labelText = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
    state.withLock { state in
      var histogram = state.histograms["\(name)|\(labelText)"] ?? Histogram(buckets: Self.bounds.map { _ in 0 })
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound { histogram.buckets[index] += 1 }
      histogram.sum += seconds
      histogram.count += 1
      state.histograms["\(name)|\(labelText)"] = histogram
    }
  }

  static func series(_ name: String, _ labels: [(String, String)]) -> String {
    labels.isEmpty ? name : "\(name){\(labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ","))}"
  }

  /// The exposition, with `gauges` read at this moment.
  public func text(gauges: [(name: String, labels: [(String, String)], value: Double)]) -> String {
    var lines = state.withLock { state in
      var lines = state.counters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      for (key, histogram) in state.histograms.sorted(by: { $0.key < $1.key }) {
        let parts = key.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let labels = parts[1].isEmpty ? "" : "\(parts[1]),"
        for (index, bound) in Self.bounds.enumerated() {
          lines.append("\(name)_bucket{\(labels)le=\"\(bound)\"} \(histogram.buckets[index])")
        }
        lines.append("\(name)_bucket{\(labels)le=\"+Inf\"} \(histogram.count)")
        lines.append("\(name)_sum{\(parts[1])} \(histogram.sum)")
        lines.append("\(name)_count{\(parts[1])} \(histogram.count)")
      }
      return lines
    }
    lines += gauges.map { "\(Self.series($0.name, $0.labels)) \($0.value)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
