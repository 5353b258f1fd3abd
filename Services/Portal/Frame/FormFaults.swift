import API
import Foundation

/// What is wrong with a form: at its fields, and as a whole.
///
/// A form's fields bear the names of the endpoint's input, so that a service's fault lands at its field by itself.
struct FormFaults: Sendable {
  private var byField: [String: String] = [:]
  /// What concerns no field of the form, shown above it.
  private(set) var general: [Notice] = []

  init() {}

  /// Something wrong with the whole.
  init(general notice: Notice) { general = [notice] }

  /// What a service refused, to be shown with the form as it was filled in.
  ///
  /// - Parameter fields: the names that the form has; faults elsewhere are shown above it.
  /// - Throws: the problem itself where the form has nothing to do with it (404, 403, 401).
  init(_ problem: Problem, fields: [String]) throws {
    try self.init(problem) { fields.contains($0) ? $0 : nil }
  }

  /// The same for a form that says itself at which of its fields a fault is shown.
  ///
  /// - Parameter place: the form's field for the endpoint's; nil where it has none.
  init(_ problem: Problem, place: (_ field: String) -> String?) throws {
    guard [400, 409, 413, 422, 429, 503].contains(problem.status) else { throw problem }
    for fault in problem.faults ?? [] {
      if let field = place(fault.field) {
        add(field, fault.message)
      } else {
        general.append(.refusal(fault.message))
      }
    }
    if problem.faults?.isEmpty ?? true { general.append(.refusal(problem.title, problem.detail)) }
  }

  var isEmpty: Bool { byField.isEmpty && general.isEmpty }

  mutating func add(_ field: String, _ message: String) {
    byField[field] = byField[field] ?? message
  }

  subscript(_ field: String) -> String? { byField[field] }

  /// What a field says of itself: its fault, whether it must be answered, its help.
  ///
  /// - Parameter saysOptional: whether one that need not be answered says so itself, rather than the form above it.
  func common(
    _ field: String, help: String? = nil, isRequired: Bool = true, saysOptional: Bool = true
  ) -> Field.Common {
    Field.Common(help: help, error: byField[field], isRequired: isRequired, saysOptional: saysOptional)
  }
}

extension Notice {
  /// Something that was refused, and why.
  static func refusal(_ title: String, _ text: String? = nil) -> Notice {
    Notice(title, text, .late, isRefusal: true)
  }
}
