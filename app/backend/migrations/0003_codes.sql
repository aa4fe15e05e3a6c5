-- One-time codes and links that were sent and can still be used.
--
-- One row per connection and recipient: only the newest code is valid, so a new one takes the place of the last. Recipient, code and
-- link are keyed hashes; what the database holds lets nobody sign in.

create table codes (
    method text not null references connections (method),
    recipient_hash text not null,
    id text not null unique,
    client_id text not null references applications (client_id),
    code_hash text not null,
    link_hash text unique,
    context text not null,
    revision bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    wrong_answers smallint not null,
    used_at bigint,
    primary key (method, recipient_hash)
);

create index codes_by_expiry on codes (expires_at);
create index codes_by_client on codes (client_id);
