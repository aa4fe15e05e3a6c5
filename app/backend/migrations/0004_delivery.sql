-- What became of the messages: the deliveries, the outbox of those that stay here, the tokens that read it, and the mail server.
--
-- Deliveries are many (a million is nothing unusual) and are read newest first from a place in the list, by one thing or another
-- that they have in common: hence an index for each, all ending in (at, id). Neither codes nor whole recipients are in them. The
-- outbox is the one place that shows both: it keeps messages as they would have been sent.

create table deliveries (
    id text not null primary key,
    at bigint not null,
    method text not null references connections (method),
    client_id text not null,
    application_name text not null,
    recipient text not null,
    recipient_hash text not null,
    provider text not null,
    outcome text not null,
    reason text not null,
    provider_id text,
    provider_code text,
    took_ms bigint not null,
    revision bigint not null,
    actor text
);

create index deliveries_by_at on deliveries (at, id);
create index deliveries_by_method on deliveries (method, at, id);
create index deliveries_by_client on deliveries (client_id, at, id);
create index deliveries_by_outcome on deliveries (outcome, at, id);
create index deliveries_by_recipient on deliveries (recipient_hash, at, id);

create table outbox (
    id text not null primary key,
    at bigint not null,
    method text not null references connections (method),
    client_id text not null,
    application_name text not null,
    recipient text not null,
    sender text not null,
    subject text,
    body text not null,
    html text,
    code text not null,
    link text
);

create index outbox_by_at on outbox (at, id);
create index outbox_by_recipient on outbox (method, recipient, at, id);

-- Revoked tokens stay in the list: who looks at an old script wants to know what it was allowed, and until when.
-- A code that an administrator tries opens nothing.
alter table codes add column trial smallint not null default 0;

create table api_tokens (
    id text not null primary key,
    name text not null,
    token_hash text not null unique,
    scopes text not null,
    created_by text not null,
    created_at bigint not null,
    last_used_at bigint,
    revoked_at bigint
);

create table email_provider (
    id smallint not null primary key check (id = 1),
    version bigint not null,
    settings text not null,
    saved_at bigint not null,
    saved_by text not null
);

insert into email_provider (id, version, settings, saved_at, saved_by) values (1, 0, '{}', 0, '');

-- Recipients are looked for by a keyed hash for as long as deliveries are kept, also when the key of the secrets is exchanged
-- meanwhile: so that hash has a key of its own, sealed like any other secret and made when it is first needed.
alter table installation add column hash_key bytea;
