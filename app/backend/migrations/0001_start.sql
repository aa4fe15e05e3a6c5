-- The first release: all that Doorcode keeps.
--
-- One dialect for SQLite and PostgreSQL: ids are TEXT, times BIGINT in milliseconds since the Unix epoch, flags SMALLINT,
-- JSON is TEXT. Where settings hold no value for a field, the default of the code counts; hence '{}' at first.

create table installation (
    id smallint not null primary key check (id = 1),
    settings text not null,
    set_up_at bigint,
    key_check bytea
);

insert into installation (id, settings) values (1, '{}');

create table admins (
    id text not null primary key,
    email text not null unique,
    role text not null,
    password_hash text,
    disabled_at bigint,
    created_at bigint not null,
    last_sign_in bigint
);

create table invites (
    token_hash text not null primary key,
    admin_id text not null unique references admins (id),
    expires_at bigint not null
);

create table sessions (
    key_hash text not null primary key,
    id text not null unique,
    admin_id text references admins (id),
    data text not null,
    address text not null,
    user_agent text not null,
    created_at bigint not null,
    seen_at bigint not null
);

create index sessions_by_admin on sessions (admin_id);
create index sessions_by_seen_at on sessions (seen_at);
create index sessions_by_created_at on sessions (created_at);

create table sign_in_failures (
    id text not null primary key,
    account text not null,
    address text not null,
    at bigint not null
);

create index sign_in_failures_by_account on sign_in_failures (account, address, at);
create index sign_in_failures_by_address on sign_in_failures (address, at);
create index sign_in_failures_by_at on sign_in_failures (at);

create table connections (
    method text not null primary key,
    enabled smallint not null,
    version bigint not null,
    settings text not null,
    saved_at bigint not null,
    saved_by text not null
);

insert into connections (method, enabled, version, settings, saved_at, saved_by) values ('sms', 0, 0, '{}', 0, '');
insert into connections (method, enabled, version, settings, saved_at, saved_by) values ('email', 0, 0, '{}', 0, '');

create table secrets (
    owner text not null,
    name text not null,
    value bytea not null,
    destination text not null,
    set_at bigint not null,
    set_by text not null,
    primary key (owner, name)
);

create table revisions (
    method text not null references connections (method),
    version bigint not null,
    settings text not null,
    changed text not null,
    saved_at bigint not null,
    saved_by text not null,
    admin_id text not null,
    primary key (method, version)
);

create table applications (
    client_id text not null primary key,
    name text not null,
    name_lower text not null,
    kind text not null,
    settings text not null,
    secret_hash text,
    created_at bigint not null
);

create index applications_by_name on applications (name_lower, client_id);

create table enabled_applications (
    method text not null references connections (method),
    client_id text not null references applications (client_id),
    primary key (method, client_id)
);

create index enabled_applications_by_client on enabled_applications (client_id, method);

create table drafts (
    id text not null primary key,
    admin_id text not null references admins (id),
    method text not null references connections (method),
    base bigint not null,
    form text not null,
    kept_at bigint not null,
    unique (admin_id, method)
);

create index drafts_by_kept_at on drafts (kept_at);

create table audit (
    id text not null primary key,
    at bigint not null,
    actor_id text,
    actor_name text not null,
    address text not null,
    action text not null,
    target text not null,
    details text not null
);

create index audit_by_at on audit (at, id);
