-- The people who sign in: one row for each number or address that came in once, or that an administrator let in.
--
-- An id is drawn at random: a number may belong to somebody else tomorrow, who must not be taken for whoever had it before. There
-- may be very many users, read newest first, hence the indexes by (created_at, id); those who are blocked are few. The number or
-- address is in them too, so that a search for a part of one need not fetch every row.

create table users (
    id text not null primary key,
    method text not null references connections (method),
    recipient text not null,
    created_at bigint not null,
    last_sign_in bigint,
    sign_ins bigint not null,
    blocked_at bigint,
    created_by text,
    unique (recipient, method)
);

create index users_by_created_at on users (created_at, id, recipient);
create index users_by_method on users (method, created_at, id, recipient);
create index users_blocked on users (created_at, id) where blocked_at is not null;
