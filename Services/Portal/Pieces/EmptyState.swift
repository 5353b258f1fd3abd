/// Says why there is nothing, and what to do.
struct EmptyState: Piece {
  let title: String
  let text: String
  let icon: String
  let actions: [Action]

  init(_ title: String, _ text: String, icon: Icon = .search, actions: [Action] = []) {
    self.title = title
    self.text = text
    self.icon = icon.rawValue
    self.actions = actions
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="empty-state">
    \(icon: icon)
    <p class="empty-title">\(title)</p>
    <p class="muted">\(text)</p>
    <div class="empty-actions">\(actions, in: frame)</div>
    </div>
    """
  }
}
