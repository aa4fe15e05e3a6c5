-- What an application's name costs in an SMS; -1 where it is not known yet, and worked out when the database is opened.

alter table applications add column message_cost bigint not null default -1;

create index applications_by_message_cost on applications (message_cost desc, name, client_id);
