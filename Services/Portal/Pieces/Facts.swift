import Domain

/// Labels and values: identity, entitlement, characteristics.
struct Facts: Piece {
  let facts: [Fact]

  init(_ facts: [Fact]) {
    self.facts = facts
  }

  func html(in frame: Frame) -> HTML {
    """
    <dl class="facts">
    \(each: facts, { $0.html(in: frame) })</dl>
    """
  }
}

/// A value with where it comes from and, where the feed says otherwise, what it says.
struct Fact: Sendable {
  let label: String
  let value: String?
  let address: String?
  let badge: Badge?
  /// « saisi par P. Durand le 12 mars 2026 ».
  let source: String?
  /// The feed's later value, shown beside ours.
  let feedValue: String?
  let action: Action?

  init(
    _ label: String, _ value: String?, address: String? = nil, badge: Badge? = nil, source: String? = nil,
    feedValue: String? = nil, action: Action? = nil
  ) {
    self.label = label
    self.value = value
    self.address = address
    self.badge = badge
    self.source = source
    self.feedValue = feedValue
    self.action = action
  }

  fileprivate func html(in frame: Frame) -> HTML {
    """
    <div>
    <dt>\(label)</dt>
    <dd>\(badge, { "\($0.html(in: frame)) " })\(value, linkedTo: address)\
    \(#"<span class="muted">non renseigné</span>"#, if: address == nil && value == nil && badge == nil)\
    \(action, { " \($0.html(in: frame)) " })\(small: source)\
    \(feedValue, { #"<small class="feed-value">\#(icon: .swap)Genesis\#u{A0}: \#($0)</small>"# })</dd>
    </div>

    """
  }
}
