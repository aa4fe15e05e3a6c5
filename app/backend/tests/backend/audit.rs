//! The audit trail: filtered, read a page at a time, in words, and kept for ever unless somebody says otherwise.

use std::collections::BTreeSet;

use backend::{Actor, Admin, AuditEntry, AuditFilter, Backend};
use domain::Secret;
use domain::activity::FilterProblem;
use domain::admin::Role;
use domain::application::{ApplicationForm, ApplicationType, RegistrationForm};
use domain::audit::{AuditFilterForm, AuditKind};
use domain::connection::Method;
use domain::installation::InstallationForm;
use domain::recipient::Recipient;

use crate::place::{
    ADDRESS, HOUR, PASSWORD, Place, START, actions, email, message, on_each_database, password, signed_in, sms_change,
};

const DAY: i64 = 24 * HOUR;

/// Lines past the backend, one a millisecond, oldest first: who, what, to what.
async fn write(place: &Place, lines: &[(&str, &str, &str)]) {
    for (index, (name, action, target)) in lines.iter().enumerate() {
        let at = START + i64::try_from(index).expect("few");
        place
            .run(&format!(
                "insert into audit (id, at, actor_name, address, action, target, details)
                 values ('line{index:04}', {at}, '{name}', '', '{action}', '{target}', '{{}}')"
            ))
            .await;
    }
}

async fn all(backend: &Backend, filter: &AuditFilter) -> Vec<AuditEntry> {
    let (mut entries, mut from) = (Vec::new(), None);
    loop {
        let page = backend.audit().page(filter, from.as_deref()).await.expect("read");
        assert!(page.entries.len() <= 50);
        entries.extend(page.entries);
        from = page.older;
        if from.is_none() {
            return entries;
        }
    }
}

async fn newest(backend: &Backend) -> AuditEntry {
    backend.audit().latest(1).await.expect("a trail").remove(0)
}

fn words(entry: &AuditEntry) -> String {
    entry.words().into_iter().map(|(text, _)| text).collect()
}

async fn register(backend: &Backend, admin: &Admin, name: &str) -> String {
    let form = RegistrationForm { name: name.to_owned(), kind: ApplicationType::RegularWeb };
    let registration = form.check().expect("fits");
    backend.applications().register(admin, &registration).await.expect("registered").0.client_id
}

#[tokio::test]
async fn the_trail_is_filtered_by_each_thing_and_by_all_at_once() {
    on_each_database(async |place| {
        let backend = place.open().await;
        place.run("delete from audit").await;
        write(
            &place,
            &[
                ("olga@acme.example", "connection.saved", "sms"),
                ("olga@acme.example", "connection.enabled", "email"),
                ("ben@acme.example", "connection.saved", "email"),
                ("", "admin.sign_in_refused", ""),
            ],
        )
        .await;
        let text = |text: &str| Some(text.to_owned());
        let none = AuditFilter::default();
        for (filter, expected) in [
            (none.clone(), "3 2 1 0"),
            (AuditFilter { person: text("olga@acme.example"), ..none.clone() }, "1 0"),
            (AuditFilter { person: text(""), ..none.clone() }, "3"),
            (AuditFilter { action: text("connection.saved"), ..none.clone() }, "2 0"),
            (AuditFilter { target: text("email"), ..none.clone() }, "2 1"),
            (AuditFilter { from: Some(START + 1), until: Some(START + 3), ..none.clone() }, "2 1"),
            (AuditFilter { target: text("' or 1=1 --"), ..none.clone() }, ""),
            (
                AuditFilter {
                    person: text("ben@acme.example"),
                    action: text("connection.saved"),
                    target: text("email"),
                    from: Some(START),
                    until: Some(START + 100),
                },
                "2",
            ),
            (AuditFilter { person: text("ben@acme.example"), target: text("sms"), ..none.clone() }, ""),
        ] {
            let found: Vec<String> =
                all(&backend, &filter).await.iter().map(|entry| (entry.at - START).to_string()).collect();
            assert_eq!(found.join(" "), expected, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn paging_shows_everything_once_also_while_more_is_written() {
    on_each_database(async |place| {
        let backend = place.open().await;
        place.run("delete from audit").await;
        let lines: Vec<_> = (0..120).map(|_| ("olga@acme.example", "connection.saved", "sms")).collect();
        write(&place, &lines).await;
        // Many in the same millisecond.
        place.run(&format!("update audit set at = {START} + (at - {START}) / 40")).await;
        let filter = AuditFilter { person: Some("olga@acme.example".to_owned()), ..AuditFilter::default() };
        let first = backend.audit().page(&filter, None).await.expect("read");
        place.clock.advance(1_000);
        signed_in(&backend, "olga@acme.example", Role::Owner).await;
        let second = backend.audit().page(&filter, first.older.as_deref()).await.expect("read");
        let third = backend.audit().page(&filter, second.older.as_deref()).await.expect("read");
        assert_eq!((first.entries.len(), second.entries.len(), third.entries.len()), (50, 50, 20));
        assert_eq!(third.older, None);
        let times: Vec<i64> =
            [first, second, third].iter().flat_map(|page| &page.entries).map(|entry| entry.at).collect();
        assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
        let nonsense = backend.audit().page(&filter, Some("nonsense")).await.expect("read");
        assert_eq!(nonsense.entries.len(), 50);
    })
    .await;
}

#[tokio::test]
async fn everybody_who_is_in_the_trail_is_listed_once() {
    on_each_database(async |place| {
        let backend = place.open().await;
        place.run("delete from audit").await;
        assert_eq!(backend.audit().people().await.expect("listed"), Vec::<String>::new());
        for name in ["ben@acme.example", "", "olga@acme.example", "ben@acme.example", "command line"] {
            place
                .run(&format!(
                    "insert into audit (id, at, actor_name, address, action, target, details)
                     select coalesce(max(id), 'a') || 'a', 1, '{name}', '', 'x', '', '{{}}' from audit"
                ))
                .await;
        }
        let people = backend.audit().people().await.expect("listed");
        assert_eq!(people, ["", "ben@acme.example", "command line", "olga@acme.example"]);
    })
    .await;
}

#[tokio::test]
async fn an_entry_says_what_its_object_is_called_now_and_what_it_was_called_last() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let client_id = register(&backend, &admin, "Shop").await;
        place.clock.advance(1);
        let found = backend.applications().find(&client_id).await.expect("looked up").expect("there");
        let mut form = ApplicationForm::from_settings(&found.settings);
        form.name = "Store".to_owned();
        form.callbacks = "https://shop.example/callback".to_owned();
        let settings = form.check(found.kind).expect("passes");
        assert!(backend.applications().save(&admin, &client_id, &settings).await.expect("saved"));
        let saved = newest(&backend).await;
        assert_eq!((saved.object.as_str(), saved.exists), ("Store", true));
        assert_eq!(words(&saved), "Name, Allowed Callback URLs");
        let of_it = AuditFilter { target: Some(client_id.clone()), ..AuditFilter::default() };
        let named: BTreeSet<String> = all(&backend, &of_it).await.into_iter().map(|entry| entry.object).collect();
        assert_eq!(named.into_iter().collect::<Vec<_>>(), ["Store"]);

        place.clock.advance(1);
        assert!(backend.applications().delete(&admin, &client_id).await.expect("deleted"));
        let deleted = newest(&backend).await;
        assert_eq!((deleted.object.as_str(), deleted.exists), ("Store", false));

        place.clock.advance(1);
        let recipient = Recipient::looked_for("+15550100123").expect("a number");
        backend.users().create(&admin, &recipient).await.expect("created");
        let user = backend.users().by_recipient(&recipient).await.expect("looked up").expect("there");
        let created = newest(&backend).await;
        assert_eq!((created.target.clone(), created.object.as_str()), (user.subject(), "+1••••••0123"));
        assert!(created.exists);
        assert!(backend.users().delete(&admin, &user.id).await.expect("deleted"));
        assert!(
            all(&backend, &AuditFilter { target: Some(user.subject()), ..AuditFilter::default() })
                .await
                .iter()
                .all(|entry| !entry.exists && entry.object == "+1••••••0123")
        );
        assert!(!format!("{:?}", all(&backend, &AuditFilter::default()).await).contains("5550100123"));
    })
    .await;
}

#[tokio::test]
async fn saves_say_their_revision_and_fields() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        place.clock.advance(1);
        let change = sms_change(|form| {
            form.message = message("Acme");
            form.from = "+15550100123".to_owned();
        });
        backend.connections().save_sms(&admin, 0, &change).await.expect("saved");
        let saved = newest(&backend).await;
        assert_eq!(saved.words()[0], ("Revision 1".to_owned(), Some(1)));
        assert_eq!((saved.object.as_str(), words(&saved).as_str()), ("SMS", "Revision 1: From, Message"));
        assert_eq!(saved.actor.address, ADDRESS);

        place.clock.advance(1);
        let form = InstallationForm {
            installation_name: "Acme".to_owned(),
            default_language: "en".to_owned(),
            ..InstallationForm::default()
        };
        backend.installation().save(&admin, &form.check().expect("passes")).await.expect("saved");
        assert_eq!(words(&newest(&backend).await), "Installation name");

        place.clock.advance(1);
        let client_id = register(&backend, &admin, "Shop").await;
        place.clock.advance(1);
        let recipient = Recipient::looked_for("ana@acme.example").expect("an address");
        backend.messages().admit_trial(&admin, &recipient, &client_id).await.expect("admitted");
        assert_eq!(words(&newest(&backend).await), "To a•••@acme.example, for Shop");
    })
    .await;
}

#[tokio::test]
async fn signing_in_and_out_is_in_the_trail_once_each() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let created = backend
            .admins()
            .create(email("ines@acme.example"), Role::Owner, password(PASSWORD), &Actor::command_line())
            .await;
        let id = created.expect("no failure").expect("free");
        backend.admins().sign_in("ines@acme.example", &Secret::new("wrong"), ADDRESS).await.expect("refused");
        backend.admins().sign_in("ines@acme.example", &Secret::new(PASSWORD), ADDRESS).await.expect("accepted");
        crate::place::session(&backend, "key", &id).await;
        let admin = crate::place::found(&backend, "key").await;
        backend.sessions().sign_out(&admin).await.expect("signed out");
        backend.sessions().sign_out(&admin).await.expect("nothing to end");
        assert_eq!(backend.sessions().find("key", ADDRESS).await.expect("looked up"), backend::Found::Nobody);
        assert_eq!(
            actions(&backend).await,
            ["admin.created", "admin.sign_in_refused", "admin.signed_in", "admin.signed_out"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_typed_object_means_what_people_would_mean_by_it() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let wallet = register(&backend, &admin, "Acme Wallet").await;
        for _ in 0..2 {
            register(&backend, &admin, "Twin").await;
        }
        let mut subjects = Vec::new();
        for text in ["+15550100123", "ana@acme.example"] {
            let recipient = Recipient::looked_for(text).expect("a recipient");
            backend.users().create(&admin, &recipient).await.expect("created");
            let user = backend.users().by_recipient(&recipient).await.expect("looked up").expect("there");
            subjects.push(user.subject());
        }
        let by_email = subjects[1].strip_prefix("email|").expect("a subject").to_owned();
        backend.users().delete(&admin, &by_email).await.expect("deleted");
        for (typed, wanted) in [
            ("", Ok(None)),
            ("sms", Ok(Some("sms"))),
            ("EMAIL", Ok(Some("email"))),
            ("Ines@acme.example", Ok(Some(admin.id()))),
            ("+1 555 010 0123", Ok(Some(&*subjects[0]))),
            (&*subjects[0], Ok(Some(&*subjects[0]))),
            (&by_email, Ok(Some(&*subjects[1]))),
            (" acme wallet ", Ok(Some(&*wallet))),
            (&*wallet, Ok(Some(&*wallet))),
            ("gone", Ok(Some("gone"))),
            ("Twin", Err(vec![FilterProblem::SeveralObjects])),
        ] {
            let form = AuditFilterForm { object: typed.to_owned(), ..AuditFilterForm::default() };
            let filter = backend.audit().filter(&form).await.expect("read");
            assert_eq!(filter.map(|filter| filter.target), wanted.map(|id| id.map(str::to_owned)), "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_typed_filter_is_refused_with_everything_that_is_wrong() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let form = AuditFilterForm {
            person: "nobody".to_owned(),
            kind: "connection.saved".to_owned(),
            from: "2027-01-15T08:00".to_owned(),
            ..AuditFilterForm::default()
        };
        let wanted = AuditFilter {
            person: Some(String::new()),
            action: Some(AuditKind::ConnectionSaved.as_str().to_owned()),
            from: Some(START),
            ..AuditFilter::default()
        };
        assert_eq!(backend.audit().filter(&form).await.expect("read"), Ok(wanted));
        let form = AuditFilterForm { from: "soon".to_owned(), until: "later".to_owned(), ..form };
        let refused = backend.audit().filter(&form).await.expect("read").expect_err("refused");
        assert_eq!(refused, [FilterProblem::From, FilterProblem::Until]);
    })
    .await;
}

#[tokio::test]
async fn csv_comes_in_parts_under_one_header() {
    on_each_database(async |place| {
        let backend = place.open().await;
        place.run("delete from audit").await;
        write(&place, &[("olga@acme.example", "connection.enabled", "sms")]).await;
        // Many more, without taking a commit for each.
        for round in 0..11 {
            place
                .run(&format!(
                    "insert into audit (id, at, actor_name, address, action, target, details)
                     select id || 'a{round}', at, actor_name, address, action, target, details from audit"
                ))
                .await;
        }
        let filter = AuditFilter::default();
        let first = backend.audit().csv(&filter, None).await.expect("read");
        assert!(first.text.starts_with("\"time\",\"who\",\"from\",\"action\","), "{}", &first.text[..100]);
        assert_eq!(first.text.matches("\r\n").count(), 1_001);
        let second = backend.audit().csv(&filter, first.older.as_deref()).await.expect("read");
        let third = backend.audit().csv(&filter, second.older.as_deref()).await.expect("read");
        assert_eq!(third.older, None);
        assert_eq!(third.text.matches("\r\n").count(), 48);
        assert!(
            third.text.ends_with(
                "\"2027-01-15T08:00:00Z\",\"olga@acme.example\",\"\",\"connection.enabled\",\"Method switched on\",\"sms\",\"SMS\",\"{}\"\r\n"
            ),
            "{}",
            third.text
        );
    })
    .await;
}

#[tokio::test]
async fn the_trail_is_kept_for_ever_unless_somebody_says_otherwise() {
    on_each_database(async |place| {
        let backend = place.open().await;
        place.run("delete from audit").await;
        signed_in(&backend, "ines@acme.example", Role::Owner).await;
        place.clock.advance(10_000 * DAY);
        backend.sweep().await.expect("swept");
        assert_eq!(actions(&backend).await[0], "admin.invited");
    })
    .await;
}

#[tokio::test]
async fn whole_days_are_deleted_and_that_is_in_the_trail_once() {
    on_each_database(async |place| {
        let options = backend::Options { audit_retention_days: Some(7), ..place.options() };
        let backend = Backend::open(options).await.expect("opens");
        place.run("delete from audit").await;
        // 5,001 lines of one day, which are more than one statement deletes.
        write(&place, &[("olga@acme.example", "connection.saved", "sms")]).await;
        place
            .run(
                "insert into audit (id, at, actor_name, address, action, target, details)
                 with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 5000)
                 select 'x' || n, at, actor_name, address, action, target, details from audit, numbers",
            )
            .await;
        // The test begins at eight o'clock: seven days later the day is not over, though the lines are old enough.
        place.clock.advance(7 * DAY + 15 * HOUR);
        backend.sweep().await.expect("swept");
        assert_eq!(place.number("select count(*) from audit where actor_name = 'olga@acme.example'").await, 5_001);
        place.clock.advance(HOUR);
        backend.sweep().await.expect("swept");
        backend.sweep().await.expect("swept");
        let left =
            all(&backend, &AuditFilter { action: Some("audit.trimmed".to_owned()), ..AuditFilter::default() }).await;
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].actor.name.as_str(), words(&left[0]).as_str()), ("schedule", "Older than 7 days"));
        assert_eq!(place.number("select count(*) from audit where actor_name = 'olga@acme.example'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_written_stays_as_it_was_whatever_happens_to_those_it_names() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let owner = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let editor = signed_in(&backend, "ed@acme.example", Role::Editor).await;
        let client_id = register(&backend, &editor, "Shop").await;
        backend.connections().set_enabled(&editor, Method::Sms, true).await.expect("switched on");
        let stored = "select count(*) from audit where actor_name = 'ed@acme.example' and address = '203.0.113.7'
                      and action in ('application.registered', 'connection.enabled')";
        assert_eq!(place.number(stored).await, 2);
        backend.sweep().await.expect("swept");
        let lines = all(&backend, &AuditFilter::default()).await.len();

        backend.admins().set_role(&owner, editor.id(), Role::Viewer).await.expect("changed").expect("not the last");
        backend.admins().disable(&owner.actor(), editor.id()).await.expect("disabled").expect("not the last");
        backend.applications().delete(&owner, &client_id).await.expect("deleted");
        backend.sweep().await.expect("swept");
        assert_eq!(place.number(stored).await, 2);
        assert_eq!(all(&backend, &AuditFilter::default()).await.len(), lines + 3);
        let role = backend.audit().latest(3).await.expect("a trail");
        let role = role.iter().find(|entry| entry.kind() == Some(AuditKind::RoleChanged)).expect("there");
        assert_eq!((role.object.as_str(), words(role).as_str()), ("ed@acme.example", "From editor to viewer"));
    })
    .await;
}
