/// The tables that carry events in and out of a service; every schema has its own.
public enum MessagingSchema {
  /// Forward only and safe to run again.
  public static func sql(for schema: String) -> String {
    """
    create table if not exists \(schema).outbox (
      position bigint generated always as identity primary key,
      id uuid not null unique,
      stream text not null,
      key text not null,
      type text not null,
      data jsonb not null,
      actor uuid,
      actor_name text,
      traceparent text,
      occurred_at timestamptz not null,
      published_at timestamptz,
      entry text
    );
    create index if not exists outbox_pending on \(schema).outbox (position) where published_at is null;
    create index if not exists outbox_published on \(schema).outbox (stream, published_at) where published_at is not null;
    create table if not exists \(schema).inbox (
      consumer text not null,
      event uuid not null,
      handled_at timestamptz not null default now(),
      primary key (consumer, event)
    );
    create index if not exists inbox_handled on \(schema).inbox (handled_at);
    create table if not exists \(schema).dead_letter (
      id bigint generated always as identity primary key,
      consumer text not null,
      event uuid not null,
      stream text not null,
      key text not null,
      type text not null,
      envelope jsonb not null,
      reason text not null check (reason in ('failed', 'undecodable', 'blocked')),
      error text,
      attempts int not null,
      parked_at timestamptz not null default now(),
      replay_at timestamptz,
      resolved_at timestamptz,
      unique (consumer, event)
    );
    create index if not exists dead_letter_open on \(schema).dead_letter (consumer, key, id) where resolved_at is null;
    create table if not exists \(schema).idempotency (
      account uuid not null,
      key text not null,
      endpoint text not null,
      fingerprint text not null,
      status int,
      answer text,
      made_at timestamptz not null default now(),
      primary key (account, key)
    );
    create index if not exists idempotency_made on \(schema).idempotency (made_at);
    -- Sealed under the client's own key; versions before kept it in `answer`, in clear.
    alter table \(schema).idempotency add column if not exists sealed bytea;
    alter table \(schema).idempotency enable row level security;
    alter table \(schema).idempotency force row level security;
    drop policy if exists own on \(schema).idempotency;
    create policy own on \(schema).idempotency using (account = caller.account()) with check (account = caller.account());
    drop policy if exists keeper on \(schema).idempotency;
    create policy keeper on \(schema).idempotency to reach_system using (true);
    """
  }
}
