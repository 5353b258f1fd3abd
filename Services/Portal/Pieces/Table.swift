/// A list of things in columns, moved through with the arrows, opened with Enter, selected with `x`.
struct Table: Piece {
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

  func html(in frame: Frame) -> HTML {
    guard !isEmpty else {
      return """
        <div class="list" id="\(id)">
        \(empty.html(in: frame))
        </div>
        """
    }
    return """
      <div class="list" id="\(id)">
      \(selectionForm(in: frame), if: isSelectable)
      <div class="list-head">
      \(count, { #"<p class="list-count">\#($0)</p>"# })
      \(selection, selectionBar)
      </div>
      <table class="table-list" data-keys>
      <caption class="visually-hidden">\(caption)</caption>
      <thead><tr>
      \(Self.selectAll, if: isSelectable)
      \(each: columns, { $0.html })
      </tr></thead>
      <tbody>
      \(each: rows, { $0.html(in: frame, form: selectionForm, name: selection?.name) })</tbody>
      </table>
      \(pager, in: frame)
      </div>
      """
  }

  private func selectionForm(in frame: Frame) -> HTML {
    #"<form method="post" class="selection" id="\#(selectionForm)">\#(frame.proof)</form>"#
  }

  private func selectionBar(_ selection: Selection) -> HTML {
    """
    <div class="selection-bar" data-selection>
    <span class="selection-count" data-selection-count>Cochez des lignes pour agir sur plusieurs à la fois.</span>
    \(each: selection.actions, button)\(selection.whole, wholeButton)
    </div>
    """
  }

  private func wholeButton(_ action: SubmitButton) -> HTML { "<span>\(button(action))</span>" }

  private func button(_ action: SubmitButton) -> HTML {
    """
    <button class="btn btn-outline" form="\(selectionForm)" formaction="\(action.address)">\(action.label)</button>
    """
  }

  private static let selectAll: HTML = """
    <th scope="col" class="tick"><label><input type="checkbox" class="needs-script" data-select-all>\
    <span class="visually-hidden">Tout sélectionner</span></label></th>
    """
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

  fileprivate var html: HTML {
    """
    <th scope="col" class="align-\(alignment)\(" is-secondary", if: isSecondary)"\(attribute: "aria-sort", direction)>\
    \(sort, { #"<a href="\#($0)">\#(title)\#(icon: sortIcon)</a>"# })\
    \("<span\(#" class="visually-hidden""#, if: isTitleHidden)>\(title)</span>", if: sort == nil)</th>
    """
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

  fileprivate func html(in frame: Frame, form: String, name: String?) -> HTML {
    """
    <tr class="mark-\(mark)"\(attribute: "data-address", address)>
    \(name, { tick(form: form, name: $0) })
    \(each: cells, { $0.html(in: frame) })</tr>

    """
  }

  private func tick(form: String, name: String) -> HTML {
    """
    <td class="tick"><label><input type="checkbox" form="\(form)" name="\(name)" value="\(id)">\
    <span class="visually-hidden">\(selectionLabel)</span></label></td>
    """
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

  fileprivate func html(in frame: Frame) -> HTML {
    guard !isHeading else {
      return """
        <th scope="row" class="align-\(alignment)">\(content(in: frame))</th>

        """
    }
    return """
      <td class="align-\(alignment)\(" is-secondary", if: isSecondary)" data-label="\(label)">\(content(in: frame))</td>

      """
  }

  private func content(in frame: Frame) -> HTML {
    "\(text, linkedTo: address)\(badges, in: frame)\(actions, in: frame)\(small: detail)"
  }
}

/// What can be done to the selected rows together.
struct Selection: Sendable {
  /// The name under which the ids are sent.
  let name: String
  let actions: [SubmitButton]
  /// What is done to the whole list, whichever lines are selected.
  let whole: SubmitButton?

  init(_ name: String, _ actions: [SubmitButton], whole: SubmitButton? = nil) {
    self.name = name
    self.actions = actions
    self.whole = whole
  }
}
