-- Signing in: the keys that sign tokens, what they are exchanged for, and how often one may try.
--
-- Codes and refresh tokens are stored as their SHA-256, private keys sealed like every secret. What came of one sign-in is a
-- family: a code or token of it that is used twice ends all of it.

create table signing_keys (
    id text not null primary key,
    private_key bytea not null,
    modulus text not null,
    active_from bigint not null
);

create table authorization_codes (
    code_hash text not null primary key,
    family text not null unique,
    client_id text not null references applications (client_id),
    user_id text not null,
    scope text not null,
    audience text not null,
    nonce text not null,
    auth_time bigint not null,
    redirect_uri text not null,
    redirect_given smallint not null,
    code_challenge text,
    expires_at bigint not null,
    used_at bigint
);

create index authorization_codes_by_client on authorization_codes (client_id);
create index authorization_codes_by_user on authorization_codes (user_id);
create index authorization_codes_by_expiry on authorization_codes (expires_at);

create table refresh_tokens (
    token_hash text not null primary key,
    family text not null,
    client_id text not null references applications (client_id),
    user_id text not null,
    scope text not null,
    audience text not null,
    auth_time bigint not null,
    ends_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

create index refresh_tokens_by_family on refresh_tokens (family);
create index refresh_tokens_by_client on refresh_tokens (client_id);
create index refresh_tokens_by_user on refresh_tokens (user_id);
create index refresh_tokens_by_expiry on refresh_tokens (expires_at);

-- A limit is one number for each caller: when all that was taken is made up for.
create table rate_limits (
    id text not null primary key,
    made_up_at bigint not null
);

create index rate_limits_by_time on rate_limits (made_up_at);

-- Wrong codes of one recipient from one network address.
create table wrong_codes (
    recipient_hash text not null,
    address text not null,
    count bigint not null,
    last_at bigint not null,
    primary key (recipient_hash, address)
);

create index wrong_codes_by_time on wrong_codes (last_at);

-- Which origins may call the API from a browser, of every application's settings.
create table web_origins (
    origin text not null,
    client_id text not null references applications (client_id),
    primary key (origin, client_id)
);

create index web_origins_by_client on web_origins (client_id);

-- Whoever opens a link has not said who they are: sealed, and gone with the code.
alter table codes add column recipient bytea;
