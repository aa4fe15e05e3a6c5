//! The backend through its public face, each test on a SQLite file and, where `TEST_DATABASE_URL` names a server on which
//! databases may be created, on PostgreSQL.

mod admins;
mod api_tokens;
mod applications;
mod audit;
mod concurrency;
mod connections;
mod crash;
mod deliveries;
mod delivery;
mod drafts;
mod email_provider;
mod examine;
mod grants;
mod history;
mod installation;
mod limits;
mod messages;
mod opening;
mod outbox;
mod passwordless;
mod place;
mod rotation;
mod sessions;
mod sign_in;
mod sign_in_requests;
mod signing;
mod users;
mod users_sign_in;
