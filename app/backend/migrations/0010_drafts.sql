-- An administrator may have several drafts of one form, so that keeping one never throws away the text of another; and a draft that
-- was discarded can be brought back while it would have been kept.

create table several_drafts (
    id text not null primary key,
    admin_id text not null references admins (id),
    method text not null references connections (method),
    base bigint not null,
    form text not null,
    kept_at bigint not null,
    discarded_at bigint
);

insert into several_drafts (id, admin_id, method, base, form, kept_at)
select id, admin_id, method, base, form, kept_at from drafts;

drop table drafts;

alter table several_drafts rename to drafts;

create index drafts_by_admin on drafts (admin_id, method, kept_at);

create index drafts_by_kept_at on drafts (kept_at);
