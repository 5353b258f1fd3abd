extension Field {
  func html(in frame: Frame) -> HTML {
    switch kind {
    case .text: box(label: true, line)
    case .area: box(label: true, area)
    case .select: box(label: true, list)
    case .date, .time: box(label: true, day)
    case .file: box(label: true, deposit)
    case .checkbox: box(label: false, tick)
    case .checkboxes: question(type: "checkbox")
    case .radios: question(type: "radio")
    }
  }

  /// A field of one control: its label and help over it, its error under it.
  private func box(label isOver: Bool, _ control: HTML) -> HTML {
    """
    <div class="field width-\(width)\(" is-wrong", if: error != nil)"\(attribute: "data-when", condition)>
    \(#"<label class="field-label" for="\#(id)">\#(title)</label>\#n\#(helpLine)\#n"#, if: isOver)\(control)
    \(notes)
    </div>
    """
  }

  /// A question with several controls, one an answer.
  private func question(type: String) -> HTML {
    """
    <fieldset class="field width-\(width)\(" is-wrong", if: error != nil)\(" is-inline", if: isInline)"\
    \(attribute: "data-when", condition)\(attribute: "aria-describedby", describedBy)>
    <legend class="field-label">\(title)</legend>
    \(helpLine)
    <div class="choices">
    \(each: choices, { $0.control(type: type) })
    </div>
    \(notes)
    </fieldset>
    """
  }

  private var title: HTML { #"\#(label)\#(#"<span class="optional"> (facultatif)</span>"#, if: saysOptional)"# }

  private var helpLine: HTML {
    let text = help ?? (kind == .date ? "Par exemple 12/3, 12 mars ou +15j" : nil)
    return "\(text, { #"<p class="field-help" id="\#(id)-aide">\#($0)</p>"# })"
  }

  private var notes: HTML {
    """
    \(error, { #"<p class="field-error" id="\#(id)-erreur">\#(icon: .alert)\#($0)</p>"# })\
    \(source, { #"<p class="field-help" id="\#(id)-source">\#($0)</p>"# })
    """
  }

  private var line: HTML {
    """
    <div class="control"><input class="form-control" type="\(type)"\(attribute: "value", value)\
    \(attribute: "list", suggests ? "\(id)-liste" : nil)\(searchOf: self)\(attributesOf: self)\(strengthOf: strength)>\
    \(unit, { #"<span class="unit">\#($0)</span>"# })</div>
    \(datalist, if: suggests)
    """
  }

  private var suggests: Bool { searching != nil || !suggestions.isEmpty }

  private var datalist: HTML {
    #"<datalist id="\#(id)-liste">\#(each: suggestions, { SuggestedNames.option($0) })</datalist>"#
  }

  private var area: HTML {
    """
    <textarea class="form-control" rows="\(rows)"\(" data-count", if: maximumLength != nil)\
    \(attributesOf: self)>\(verbatim: value)</textarea>
    """
  }

  private var list: HTML {
    """
    <select class="form-select"\(attributesOf: self)>\(each: choices, { $0.option })\
    \(each: choiceGroups, { $0.html })</select>
    """
  }

  /// A day or a time of day, as people write it.
  private var day: HTML {
    """
    <div class="control"><input class="form-control" type="text" inputmode="text" autocomplete="off"\
    \(" data-date", if: kind == .date)\(" data-time", if: kind == .time)\(attribute: "value", value)\
    \(attributesOf: self)>\(output, if: kind == .date)</div>
    """
  }

  /// Where the script says how it understands the date.
  private var output: HTML { #"<output class="unit" for="\#(id)" data-date-read></output>"# }

  private var deposit: HTML {
    """
    <div class="control drop" data-drop>\(icon: .upload)<input class="form-control" type="file"\
    \(attribute: "accept", accept)\(" data-several", if: isSeveral)\(attributesOf: self)></div>
    """
  }

  private var tick: HTML {
    """
    <div class="choice"><input type="checkbox" value="oui"\(" checked", if: isChecked)\(attributesOf: self)>\
    <label for="\(id)">\(label)</label></div>
    \(helpLine)
    """
  }
}

/// What a field suggests for what was typed so far: the content of its list.
struct SuggestedNames: Piece {
  let names: [String]

  init(_ names: [String]) { self.names = names }

  func html(in frame: Frame) -> HTML { "\(each: names, Self.option)" }

  static func option(_ name: String) -> HTML { #"<option value="\#(name)"></option>"# }
}

extension ChoiceGroup {
  fileprivate var html: HTML { #"<optgroup label="\#(title)">\#(each: choices, { $0.option })</optgroup>"# }
}

extension Choice {
  fileprivate var option: HTML { #"<option value="\#(value)"\#(" selected", if: isChosen)>\#(text)</option>"# }

  fileprivate func control(type: String) -> HTML {
    """
    <div class="choice"><input type="\(type)" id="\(id)" name="\(name)" value="\(value)"\
    \(" checked", if: isChosen)><label for="\(id)">\(text)\(small: help)</label></div>
    """
  }
}

extension HTML.Writer {
  /// What every control says of itself.
  fileprivate mutating func appendInterpolation(attributesOf field: Field) {
    appendInterpolation(attribute: "id", field.id)
    appendInterpolation(attribute: "name", field.name)
    appendInterpolation(attribute: "aria-describedby", field.describedBy)
    appendInterpolation(#" aria-invalid="true""#, if: field.error != nil)
    appendInterpolation(" required", if: field.isRequired)
    appendInterpolation(" readonly", if: field.isReadOnly)
    appendInterpolation(attribute: "maxlength", field.maximumLength)
    appendInterpolation(attribute: "autocomplete", field.autocomplete)
    appendInterpolation(attribute: "inputmode", field.inputMode)
    guard field.validation != nil else { return }
    appendInterpolation(attribute: "hx-post", field.validation)
    appendInterpolation(
      #" hx-trigger="change" hx-target="closest .field" hx-swap="outerHTML" hx-include="closest form""# as HTML)
  }

  /// What asks for other suggestions while one types.
  fileprivate mutating func appendInterpolation(searchOf field: Field) {
    guard let address = field.searching else { return }
    appendInterpolation(attribute: "hx-get", address)
    appendInterpolation(attribute: "hx-target", "#\(field.id)-liste")
    appendInterpolation(attribute: "hx-params", field.name)
    appendInterpolation(#" hx-trigger="input changed delay:250ms" hx-swap="innerHTML" autocomplete="off""# as HTML)
  }

  /// What the script that shows how strong a password is reads.
  fileprivate mutating func appendInterpolation(strengthOf terms: PasswordTerms?) {
    guard let terms else { return }
    appendInterpolation(" data-strength" as HTML)
    appendInterpolation(attribute: "data-least", terms.least)
    appendInterpolation(attribute: "data-different", terms.leastDifferent)
    appendInterpolation(attribute: "data-own", terms.own)
    appendInterpolation(attribute: "data-frequent", terms.frequent)
  }
}
