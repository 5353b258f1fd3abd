/// A list of things in columns, moved through with the arrows, opened with Enter, selected with `x`.
struct Table: Piece {
  let piece = "pieces/table"
  let id: String
  /// What the list is, for those who do not see it.
  let caption: String
  let columns: [Column]
  let rows: [Row]
  let isEmpty: Bool
  /// « 25 bénéficiaires sur 312 ».
  let count: String?
  let selection: Selection?
  let isSelectable: Bool
  /// The id of the form that the boxes and the buttons over the list belong to.
  let selectionForm: String
  let empty: EmptyState
  let pager: Pager?
  /// Fetched again when a live event arrives.

  init(
    id: String = "liste", caption: String, columns: [Column], rows: [Row], count: String? = nil,
    selection: Selection? = nil, empty: EmptyState, pager: Pager? = nil
  ) {
    self.id = id
    self.caption = caption
    self.columns = columns
    self.rows = rows.map { $0.under(columns) }
    isEmpty = rows.isEmpty
    self.count = count
    self.selection = rows.isEmpty ? nil : selection
    isSelectable = self.selection != nil
    selectionForm = "\(id)-selection"
    self.empty = empty
    self.pager = rows.isEmpty || pager?.leadsNowhere == true ? nil : pager
  }
}

/// A column's title and, where it sorts, the way to.
struct Column: Sendable {
  let title: String
  /// The address that sorts by this column, or turns the order.
  let sort: String?
  /// `ascending` or `descending` where the list is sorted by it.
  let direction: String?
  let sortIcon: String
  /// `number` (aligned right) or `text`.
  let alignment: String
  /// Left out on a phone.
  let isSecondary: Bool
  /// For screen readers only: a column of buttons.
  let isTitleHidden: Bool

  /// The order a list stands in.
  enum Order: String, Sendable {
    case ascending, descending
  }

  init(
    _ title: String, sort: String? = nil, order: Order? = nil, isNumber: Bool = false, isSecondary: Bool = false,
    isTitleHidden: Bool = false
  ) {
    self.title = title
    self.sort = sort
    direction = order?.rawValue
    sortIcon =
      switch order {
      case .ascending: Icon.sortAscending.rawValue
      case .descending: Icon.sortDescending.rawValue
      case nil: Icon.sort.rawValue
      }
    alignment = isNumber ? "number" : "text"
    self.isSecondary = isSecondary
    self.isTitleHidden = isTitleHidden
  }
}

/// A line of a table. The first cell names it.
struct Row: Sendable {
  /// Sent when the row is selected.
  let id: String
  /// What Enter and a click open.
  let address: String?
  /// Names the row's box: « Sélectionner MARTIN Léa ».
  let selectionLabel: String
  /// A stripe at its left: late, waiting.
  let mark: String
  let cells: [Cell]

  init(id: String, address: String? = nil, name: String, mark: Tone = .neutral, _ cells: [Cell]) {
    self.init(id: id, address: address, selectionLabel: "Sélectionner \(name)", mark: mark.rawValue, cells: cells)
  }

  private init(id: String, address: String?, selectionLabel: String, mark: String, cells: [Cell]) {
    self.id = id
    self.address = address
    self.selectionLabel = selectionLabel
    self.mark = mark
    self.cells = cells
  }

  /// Each cell with its column's title and manner.
  fileprivate func under(_ columns: [Column]) -> Row {
    let first = cells.first.map { $0.under(columns.first, isHeading: true, address: address) }
    let others = zip(cells, columns).dropFirst().map { $0.under($1, isHeading: false, address: nil) }
    return Row(
      id: id, address: address, selectionLabel: selectionLabel, mark: mark, cells: (first.map { [$0] } ?? []) + others)
  }
}

/// What stands in a line under a column: text, a badge, a person, buttons.
struct Cell: Sendable {
  private(set) var text: String?
  /// Smaller, under the text.
  private(set) var detail: String?
  private(set) var address: String?
  private(set) var badges: [Badge] = []
  private(set) var actions: [Action] = []
  private(set) var isHeading = false
  private(set) var label = ""
  private(set) var alignment = "text"
  private(set) var isSecondary = false

  init(_ text: String? = nil, detail: String? = nil, address: String? = nil) {
    self.text = text
    self.detail = detail
    self.address = address
  }

  /// A cell of states.
  init(_ badges: Badge..., detail: String? = nil) {
    self.badges = badges
    self.detail = detail
  }

  /// A cell of things to do to the line.
  init(actions: [Action]) {
    self.actions = actions
  }

  fileprivate func under(_ column: Column?, isHeading: Bool, address: String?) -> Cell {
    var cell = self
    cell.isHeading = isHeading
    cell.address = cell.address ?? address
    cell.label = column?.isTitleHidden == true ? "" : column?.title ?? ""
    cell.alignment = column?.alignment ?? "text"
    cell.isSecondary = column?.isSecondary ?? false
    return cell
  }
}

/// What can be done to the selected rows together.
struct Selection: Sendable {
  /// The name under which the ids are sent.
  let name: String
  let actions: [SubmitButton]

  init(_ name: String, _ actions: [SubmitButton]) {
    self.name = name
    self.actions = actions
  }
}

/// The way through a long list, by its last row, never by a page number.
struct Pager: Piece {
  let piece = "pieces/pager"
  /// Back to the beginning, where the way back is not known row by row.
  let first: String?
  let previous: String?
  let next: String?
  let summary: String?

  init(first: String? = nil, previous: String? = nil, next: String? = nil, summary: String? = nil) {
    self.first = first
    self.previous = previous
    self.next = next
    self.summary = summary
  }

  /// The list fits in one page.
  var leadsNowhere: Bool { first == nil && previous == nil && next == nil && summary == nil }
}

/// Says why there is nothing, and what to do.
struct EmptyState: Piece {
  let piece = "pieces/empty-state"
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
}
