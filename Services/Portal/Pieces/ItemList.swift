/// Things in a line each: notes, notifications, documents, results.
struct ItemList: Piece {
  let id: String?
  let label: String
  let items: [Item]
  let isEmpty: Bool
  let empty: EmptyState

  init(id: String? = nil, _ label: String, _ items: [Item], empty: EmptyState) {
    self.id = id
    self.label = label
    self.items = items
    isEmpty = items.isEmpty
    self.empty = empty
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="items"\(attribute: "id", id)>
    \(empty.html(in: frame), if: isEmpty)\(list(in: frame), if: !isEmpty)
    </div>
    """
  }

  private func list(in frame: Frame) -> HTML {
    """
    <ul aria-label="\(label)">
    \(each: items, { $0.html(in: frame) })</ul>
    """
  }
}

/// One line of a list: what, about whom, when.
struct Item: Sendable {
  let title: String
  let address: String?
  let text: String?
  let meta: String?
  let icon: String?
  let badges: [Badge]
  let actions: [Action]
  /// Names a block that the pointer may drag to another place.
  let block: String?

  init(
    _ title: String, address: String? = nil, text: String? = nil, meta: String? = nil, icon: Icon? = nil,
    badges: [Badge] = [], actions: [Action] = [], block: String? = nil
  ) {
    self.block = block
    self.title = title
    self.address = address
    self.text = text
    self.meta = meta
    self.icon = icon?.rawValue
    self.badges = badges
    self.actions = actions
  }

  fileprivate func html(in frame: Frame) -> HTML {
    """
    <li\(attribute: "data-block", block)>\(icon: icon)<div class="item-body"><p class="item-title">\(title, linkedTo: address) \(badges, in: frame)</p>\
    \(text, { "<p>\($0)</p>" })\(meta, { #"<p class="muted">\#($0)</p>"# })</div>\
    <div class="item-actions">\(actions, in: frame)</div></li>

    """
  }
}
