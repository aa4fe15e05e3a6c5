-- The audit trail is read newest first from a place in the list, by one thing that its entries have in common: hence an index for
-- each, all ending in (at, id). The one by name also lists everybody who is in the trail without reading all of it.

create index audit_by_actor on audit (actor_name, at, id);
create index audit_by_action on audit (action, at, id);
create index audit_by_target on audit (target, at, id);
