//! Applications: one by one, in lists, and ten thousand at once.

use std::time::{Duration, Instant};

use backend::{Admin, Backend, Meant};
use domain::admin::Role;
use domain::application::{Application, ApplicationForm, ApplicationType, Registration, RegistrationForm};
use domain::connection::Method;
use sqlx::Connection as _;

use crate::place::{Place, START, actions, on_each_database, signed_in};

async fn open(place: &Place) -> (Backend, Admin) {
    let backend = place.open().await;
    let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
    (backend, admin)
}

fn registration(name: &str, kind: ApplicationType) -> Registration {
    RegistrationForm { name: name.to_owned(), kind }.check().expect("passes")
}

async fn register(backend: &Backend, admin: &Admin, name: &str) -> Application {
    backend
        .applications()
        .register(admin, &registration(name, ApplicationType::RegularWeb))
        .await
        .expect("registered")
        .0
}

async fn names(backend: &Backend, filter: &str) -> Vec<String> {
    let page = backend.applications().page(filter, 1, None).await.expect("a page");
    assert_eq!(page.total, backend.applications().count(filter).await.expect("counted"));
    page.applications.into_iter().map(|application| application.name).collect()
}

#[tokio::test]
async fn a_text_means_a_client_id_or_the_one_name() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let (till, shop) = (register(&backend, &ines, "Till").await, register(&backend, &ines, "Shop").await);
        let (first, second) = (register(&backend, &ines, "Twin").await, register(&backend, &ines, "Twin").await);
        register(&backend, &ines, "SHOP").await;
        let one = |application: &Application| Meant::One {
            client_id: application.client_id.clone(),
            name: application.settings.name.clone(),
        };
        for (text, meant) in [
            ("Till", one(&till)),
            (" till ", one(&till)),
            ("Shop", one(&shop)),
            ("shop", Meant::Several),
            ("Twin", Meant::Several),
            (&first.client_id, one(&first)),
            (&second.client_id, one(&second)),
            ("Nobody", Meant::None),
            ("Till\0", Meant::None),
            ("", Meant::None),
        ] {
            assert_eq!(backend.applications().meant(text).await.expect("looked up"), meant, "{text:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_registered_application_is_found_with_nothing_switched_on() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        for kind in ApplicationType::ALL {
            let (application, secret) =
                backend.applications().register(&admin, &registration("Acmé Shop", kind)).await.expect("registered");
            assert_eq!(secret.is_some(), kind.is_confidential());
            assert_eq!(application.has_secret, kind.is_confidential());
            assert!(
                application.client_id.len() == 32
                    && application.client_id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            );
            if let Some(secret) = secret {
                assert_eq!(secret.expose().len(), 64);
                let stored = format!("select count(*) from applications where secret_hash = '{}'", secret.expose());
                assert_eq!(place.number(&stored).await, 0);
            }
            assert!(!application.sms && !application.email && application.created_at == START);
            assert_eq!(
                backend.applications().find(&application.client_id).await.expect("looked up"),
                Some(application)
            );
        }
        for unknown in ["", "nobody", "a\0b", "' or 1=1 --"] {
            assert_eq!(backend.applications().find(unknown).await.expect("looked up"), None);
        }
    })
    .await;
}

#[tokio::test]
async fn settings_are_saved_and_audited_only_when_they_differ() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let application = register(&backend, &admin, "Shop").await;
        let mut form = ApplicationForm::from_settings(&application.settings);
        let same = form.check(application.kind).expect("passes");
        assert!(backend.applications().save(&admin, &application.client_id, &same).await.expect("saved"));
        form.name = "Ärger".to_owned();
        form.callbacks = "https://shop.example/callback".to_owned();
        let settings = form.check(application.kind).expect("passes");
        assert!(backend.applications().save(&admin, &application.client_id, &settings).await.expect("saved"));
        assert!(!backend.applications().save(&admin, "nobody", &settings).await.expect("refused"));
        let found = backend.applications().find(&application.client_id).await.expect("looked up").expect("there");
        assert_eq!(found.settings, settings);
        assert_eq!(names(&backend, "ÄRG").await, ["Ärger"]);
        assert_eq!(actions(&backend).await[1..], ["application.registered", "application.saved"]);
    })
    .await;
}

#[tokio::test]
async fn a_rotated_secret_is_new_and_only_for_those_that_keep_one() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let (web, old) = backend
            .applications()
            .register(&admin, &registration("Web", ApplicationType::RegularWeb))
            .await
            .expect("registered");
        let (spa, _) = backend
            .applications()
            .register(&admin, &registration("Spa", ApplicationType::Spa))
            .await
            .expect("registered");
        let new =
            backend.applications().rotate_secret(&admin, &web.client_id).await.expect("rotated").expect("a secret");
        assert_ne!(Some(new), old);
        assert_eq!(backend.applications().rotate_secret(&admin, &spa.client_id).await.expect("refused"), None);
        assert_eq!(backend.applications().rotate_secret(&admin, "nobody").await.expect("refused"), None);
    })
    .await;
}

#[tokio::test]
async fn a_method_is_switched_on_and_off_for_one_application() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let (shop, other) = (register(&backend, &admin, "Shop").await, register(&backend, &admin, "Other").await);
        for on in [true, true] {
            assert!(
                backend.applications().set_enabled(&admin, &shop.client_id, Method::Sms, on).await.expect("switched")
            );
        }
        assert!(!backend.applications().set_enabled(&admin, "nobody", Method::Sms, true).await.expect("refused"));
        let found = backend.applications().find(&shop.client_id).await.expect("looked up").expect("there");
        assert!(found.sms && !found.email);
        let page = backend.applications().page("", 1, Some(Method::Sms)).await.expect("a page");
        let enabled: Vec<_> = page.applications.iter().map(|entry| (entry.name.as_str(), entry.enabled)).collect();
        assert_eq!(enabled, [("Other", false), ("Shop", true)]);
        let counts: Vec<u32> = backend
            .connections()
            .summaries()
            .await
            .expect("listed")
            .iter()
            .map(|summary| summary.applications)
            .collect();
        assert_eq!(counts, [1, 0]);
        let samples = backend.applications().sample_names(2).await.expect("listed");
        assert_eq!(samples, [(shop.client_id.clone(), "Shop".to_owned()), (other.client_id, "Other".to_owned())]);
        for _ in 0..2 {
            assert!(
                backend
                    .applications()
                    .set_enabled(&admin, &shop.client_id, Method::Sms, false)
                    .await
                    .expect("switched")
            );
        }
        assert_eq!(actions(&backend).await[3..], ["application.enabled", "application.disabled"]);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_application_leaves_nothing_behind() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let shop = register(&backend, &admin, "Shop").await;
        backend.applications().set_enabled(&admin, &shop.client_id, Method::Email, true).await.expect("switched");
        assert!(backend.applications().delete(&admin, &shop.client_id).await.expect("deleted"));
        assert!(!backend.applications().delete(&admin, &shop.client_id).await.expect("gone"));
        assert_eq!(backend.applications().find(&shop.client_id).await.expect("looked up"), None);
        assert_eq!(place.number("select count(*) from enabled_applications").await, 0);
        assert_eq!(names(&backend, "").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_filter_finds_parts_of_names_and_starts_of_ids_literally() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let mut ids = Vec::new();
        for name in ["Acme Shop", "acme wallet", "100% Juice", "under_score", r"back\slash", "ÉCOLE"] {
            ids.push(register(&backend, &admin, name).await.client_id);
        }
        for (filter, expected) in [
            ("ACME", vec!["Acme Shop", "acme wallet"]),
            (" shop ", vec!["Acme Shop"]),
            ("%", vec!["100% Juice"]),
            ("_", vec!["under_score"]),
            (r"\", vec![r"back\slash"]),
            ("école", vec!["ÉCOLE"]),
            ("nothing like it", vec![]),
            ("a\0cme s", vec!["Acme Shop"]),
            ("' or 1=1 --", vec![]),
            (&ids[0], vec!["Acme Shop"]),
            (&ids[0][..20], vec!["Acme Shop"]),
            (&ids[0][1..], vec![]),
        ] {
            assert_eq!(names(&backend, filter).await, expected, "{filter:?}");
        }
        assert_eq!(names(&backend, &"x".repeat(100_000)).await, Vec::<String>::new());
        let found = backend.applications().search("acme", 1).await.expect("found");
        assert_eq!(found, [(ids[0].clone(), "Acme Shop".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn a_page_past_the_end_is_the_last_one() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let empty = backend.applications().page("", 9, None).await.expect("a page");
        assert_eq!((empty.total, empty.registered, empty.page, empty.pages, empty.applications.len()), (0, 0, 1, 1, 0));
        for number in 0..26 {
            register(&backend, &admin, &format!("App {number:02}")).await;
        }
        for (asked, page, length) in [(0, 1, 25), (1, 1, 25), (2, 2, 1), (u32::MAX, 2, 1)] {
            let found = backend.applications().page("app", asked, None).await.expect("a page");
            assert_eq!(
                (found.page, found.pages, found.applications.len(), found.total),
                (page, 2, length, 26),
                "{asked}"
            );
        }
        let filtered = backend.applications().page("app 25", 1, None).await.expect("a page");
        assert_eq!((filtered.total, filtered.registered), (1, 26));
    })
    .await;
}

/// Ten thousand applications, put in past the backend.
async fn with_ten_thousand(place: &Place) {
    let mut connection = place.connect().await;
    let settings = r#"{"name":"x"}"#;
    let mut tx = connection.begin().await.expect("begins");
    for chunk in 0..20 {
        let values: Vec<String> = (chunk * 500..(chunk + 1) * 500)
            .map(|number| format!("('{number:032}', 'App {number}', 'app {number}', 'spa', '{settings}', 0)"))
            .collect();
        let insert = format!(
            "insert into applications (client_id, name, name_lower, kind, settings, created_at) values {}",
            values.join(", ")
        );
        sqlx::raw_sql(&insert).execute(&mut *tx).await.expect("inserted");
    }
    tx.commit().await.expect("committed");
    connection.close().await.expect("closes");
}

/// Each application's name beside its cost as it is stored.
async fn costs(place: &Place) -> Vec<(String, i64)> {
    let mut connection = place.connect().await;
    let rows =
        sqlx::query_as("select name, message_cost from applications").fetch_all(&mut connection).await.expect("read");
    connection.close().await.expect("closes");
    rows
}

#[tokio::test]
async fn the_names_that_cost_most_are_those_of_enabled_applications() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let costly = async |method, limit| backend.applications().costly_names(method, limit).await.expect("listed");
        assert!(costly(Method::Sms, 20).await.is_empty());
        for (name, on) in [
            ("Acme", true),
            ("Ünit", true),
            ("Łódź", true),
            ("{€}", true),
            ("Bank", true),
            ("Bank", true),
            ("Ящик", false),
        ] {
            let id = register(&backend, &admin, name).await.client_id;
            if on {
                backend.applications().set_enabled(&admin, &id, Method::Sms, true).await.expect("switched");
            }
        }
        assert_eq!(costly(Method::Sms, 20).await, ["Łódź", "{€}", "Acme", "Bank", "Ünit"]);
        assert_eq!(costly(Method::Sms, 2).await, ["Łódź", "{€}"]);
        assert!(costly(Method::Email, 20).await.is_empty());

        let (id, _) = backend.applications().search("acme", 1).await.expect("found").remove(0);
        let mut form = ApplicationForm::from_settings(
            &backend.applications().find(&id).await.expect("found").expect("there").settings,
        );
        form.name = "Ящички".to_owned();
        let settings = form.check(ApplicationType::RegularWeb).expect("passes");
        assert!(backend.applications().save(&admin, &id, &settings).await.expect("saved"));
        assert_eq!(costly(Method::Sms, 3).await, ["Ящички", "Łódź", "{€}"]);
        assert!(costs(&place).await.iter().all(|(name, cost)| *cost == i64::from(domain::segments::cost(name))));
    })
    .await;
}

#[tokio::test]
async fn costs_of_ten_thousand_names_from_the_first_release_are_filled_in() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        backend.close().await;
        place
            .run(
                "drop index applications_by_message_cost; alter table applications drop column message_cost;
                 delete from _sqlx_migrations where version = 2",
            )
            .await;
        with_ten_thousand(&place).await;
        place.run("update applications set name = 'Ж' || name where name like 'App 99_'").await;

        let begun = Instant::now();
        let backend = place.open().await;
        println!("opened in {:?}", begun.elapsed());
        let stored = costs(&place).await;
        assert_eq!(stored.len(), 10_000);
        assert!(stored.iter().all(|(name, cost)| *cost == i64::from(domain::segments::cost(name))));

        backend.applications().set_all(&admin, "", Method::Sms, true).await.expect("switched");
        backend.applications().set_all(&admin, "app 1", Method::Email, true).await.expect("switched");
        for (method, expected) in [(Method::Sms, "ЖApp 990"), (Method::Email, "App 1000")] {
            let mut best = Duration::MAX;
            for _ in 0..5 {
                let begun = Instant::now();
                let names = backend.applications().costly_names(method, 20).await.expect("listed");
                best = best.min(begun.elapsed());
                assert_eq!((names.len(), names[0].as_str()), (20, expected));
            }
            println!("the dearest names of {method}: {best:?}");
            assert!(best < Duration::from_millis(200), "the dearest names of {method} took {best:?}");
        }
        backend.close().await;
        // Nothing is left to do.
        place.open().await.close().await;
        assert_eq!(costs(&place).await.len(), 10_000);
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_applications_are_listed_quickly_and_switched_together() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        with_ten_thousand(&place).await;
        let changed = backend.applications().set_all(&admin, "app 12", Method::Sms, true).await.expect("switched");
        assert_eq!(changed, 111);
        assert_eq!(
            backend.applications().set_all(&admin, "", Method::Sms, true).await.expect("switched"),
            10_000 - 111
        );
        assert_eq!(backend.applications().set_all(&admin, "", Method::Sms, true).await.expect("switched"), 0);
        assert_eq!(backend.connections().summaries().await.expect("listed")[0].applications, 10_000);

        for (filter, page) in [("", 1), ("", 400), ("99", 1), ("000000", 399), ("no such", 1)] {
            let mut best = Duration::MAX;
            for _ in 0..5 {
                let begun = Instant::now();
                let found = backend.applications().page(filter, page, Some(Method::Sms)).await.expect("a page");
                best = best.min(begun.elapsed());
                assert!(found.applications.iter().all(|application| application.enabled));
                assert_eq!(found.registered, 10_000);
            }
            println!("{filter:?} page {page}: {best:?}");
            assert!(best < Duration::from_millis(200), "{filter:?} page {page} took {best:?}");
        }

        assert_eq!(backend.applications().set_all(&admin, "app 12", Method::Sms, false).await.expect("switched"), 111);
        assert_eq!(backend.connections().summaries().await.expect("listed")[0].applications, 10_000 - 111);
        assert_eq!(
            actions(&backend).await[1..],
            ["applications.enabled", "applications.enabled", "applications.disabled"]
        );
        let line = &backend.audit().latest(1).await.expect("a trail")[0];
        assert_eq!((line.target.as_str(), line.details.as_str()), ("sms", r#"{"applications":111,"filter":"app 12"}"#));
    })
    .await;
}
