import API
import Domain
import Foundation
import Messaging
import Postgres

/// Makes what the feed names for the first time, to be confirmed by an administrator. What somebody confirmed is
/// theirs: the feed only fills what is empty.
let discoverStructures = Consumer.Handling.on(StructureDiscovered.self) { event, _, transaction in
  try await transaction.batch(event.territories.map(statement))
  try await transaction.batch(event.organisations.flatMap(statements))
  for account in event.accounts { try await transaction.batch(statements(account)) }
}

private func statement(_ found: StructureDiscovered.FoundTerritory) -> SQL {
  """
  insert into identity.territory (id, code, name) values (\(found.id), \(found.code), initcap(\(found.code)))
  on conflict do nothing
  """
}

private func statements(_ found: StructureDiscovered.FoundOrganisation) -> [SQL] {
  let territory: SQL = "(select id from identity.territory where id = \(found.territory)::uuid)"
  return [
    """
    insert into identity.organisation (id, name, territory, genesis_ref, pending)
    values (\(found.id), \(found.name), \(territory), \(found.genesisRef), true) on conflict do nothing
    """,
    """
    update identity.organisation set territory = coalesce(territory, \(territory)),
      name = case when pending then \(found.name) else name end
    where id = \(found.id)
    """,
  ]
}

private func statements(_ found: StructureDiscovered.FoundAccount) -> [SQL] {
  let missing = "\(found.genesisRef.lowercased())\(AccountDetail.withoutAddress)"
  let organisation: SQL = "(select id from identity.organisation where id = \(found.organisation)::uuid)"
  // An address that another account has is left to it: an administrator decides who is who.
  let email: SQL = """
    (select case when \(found.email)::text is null or exists (
      select from identity.account where lower(email) = lower(\(found.email)) and id <> \(found.id))
      then \(missing) else \(found.email) end)
    """
  return [
    """
    insert into identity.account (id, email, family_name, given_name, organisation, status, genesis_ref)
    values (\(found.id), \(email), \(found.familyName), \(found.givenName), \(organisation), 'pending',
      \(found.genesisRef))
    on conflict do nothing
    """,
    """
    update identity.account set family_name = \(found.familyName), given_name = \(found.givenName), email = \(email)
    where id = \(found.id) and status = 'pending'
    """,
    """
    update identity.account set organisation = \(organisation) where id = \(found.id) and organisation is null
    """,
    """
    insert into identity.account_profile (id, account, profile)
    select \(UUID.version7()), id, 'referent' from identity.account a where id = \(found.id)
      and not exists (select from identity.account_profile where account = a.id)
    """,
  ]
}
