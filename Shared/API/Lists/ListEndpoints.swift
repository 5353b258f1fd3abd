import Domain

/// What every service that owns lists serves, declared once for all of them.
public struct ListEndpoints: Sendable {
  public let all: Endpoint<NoInput, [CountyList]>
  public let addEntry: Endpoint<ListEntryDraft, ListEntry>
  public let changeEntry: Endpoint<ListEntryChange, ListEntry>
  public let order: Endpoint<ListOrder, CountyList>
  public let changes: Endpoint<ListChangeQuery, Page<ListChange>>

  init(_ service: ServiceName) {
    all = Endpoint(
      service, "listLists", .get, "lists", allow: .signedIn,
      summary: "List the choices that the county keeps, closed ones included, in their order.")
    addEntry = Endpoint(
      service, "addListEntry", .post, "lists/{list}/entries", allow: .having(.administer),
      summary: "Add a choice at the end of a list.", success: 201)
    changeEntry = Endpoint(
      service, "changeListEntry", .put, "lists/{list}/entries/{entry}", allow: .having(.administer),
      summary: "Rename a choice, close it or offer it again.", versioned: true)
    order = Endpoint(
      service, "orderList", .put, "lists/{list}/order", allow: .having(.administer),
      summary: "Put the choices of a list in another order.", versioned: true)
    changes = Endpoint(
      service, "listListChanges", .get, "lists/{list}/changes", allow: .having(.administer),
      summary: "List who changed a list, newest first.")
  }
}

extension ServiceName {
  /// Where the lists of this service are kept.
  public var lists: ListEndpoints { ListEndpoints(self) }

  /// The services that own lists.
  public static var withLists: [ServiceName] {
    allCases.filter { service in CountyListName.allCases.contains { $0.service == service } }
  }
}
