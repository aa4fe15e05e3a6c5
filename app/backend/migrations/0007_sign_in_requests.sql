-- Sign-ins on the hosted page, between asking for a code and answering it.
--
-- One is found by the token in its address and belongs to the browser that began it; of both only the hash is kept. What it holds is
-- sealed, because it names the user.

create table sign_in_requests (
    token_hash text not null primary key,
    browser_hash text not null,
    request bytea not null,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at bigint
);

create index sign_in_requests_by_expiry on sign_in_requests (expires_at);
