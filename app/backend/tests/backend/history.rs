//! The history: what any sequence of saves leaves behind, its list and its filters, and bringing an earlier version back.

use backend::{Admin, Backend, Saved};
use domain::admin::Role;
use domain::connection::Method;
use domain::email::{EmailForm, EmailSettings};
use domain::history::{HistoryFilterForm, RevisionSummary, SHIPPED};
use domain::otp::OtpLength;
use domain::sms::{SmsChange, SmsContext, SmsForm, SmsSettings};
use domain::{Field, Secret, SecretChange};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::place::{Place, START, actions, message, on_each_database, signed_in, sms_change, sms_change_of};

const SID: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn saved<S: std::fmt::Debug>(outcome: Result<Saved<S>, backend::Error>) -> S {
    match outcome.expect("answered") {
        Saved::Saved(state) => state,
        other => panic!("{other:?}"),
    }
}

fn keeping(settings: SmsSettings) -> SmsChange {
    SmsChange { settings, twilio_token: SecretChange::Keep, gateway_secret: SecretChange::Keep }
}

async fn open(place: &Place) -> (Backend, Admin, Admin) {
    let backend = place.open().await;
    let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
    let olga = signed_in(&backend, "olga@acme.example", Role::Owner).await;
    (backend, ines, olga)
}

async fn listed(backend: &Backend, by: &str, field: &str) -> Vec<i64> {
    let filter = HistoryFilterForm { by: by.to_owned(), field: field.to_owned() };
    let page = backend.connections().history(Method::Sms, &filter, None).await.expect("listed");
    page.revisions.into_iter().map(|revision| revision.version).collect()
}

#[tokio::test]
async fn a_revision_says_who_when_and_which_fields() {
    on_each_database(async |place| {
        let (backend, ines, olga) = open(&place).await;
        let page =
            backend.connections().history(Method::Sms, &HistoryFilterForm::default(), None).await.expect("listed");
        assert_eq!((page.revisions, page.older, page.present, page.people), (vec![], None, SHIPPED, vec![]));

        let change = sms_change(|form| {
            form.twilio_sid = SID.to_owned();
            form.twilio_token = Secret::new(TOKEN);
        });
        let first = saved(backend.connections().save_sms(&olga, 0, &change).await);
        place.clock.advance(5);
        let second = sms_change_of(&first.settings, |form| form.message = message("Hi"));
        saved(backend.connections().save_sms(&ines, 1, &second).await);

        let page =
            backend.connections().history(Method::Sms, &HistoryFilterForm::default(), None).await.expect("listed");
        let summary = |version, saved_at, saved_by: &str, fields: &[&str]| RevisionSummary {
            version,
            saved_at,
            saved_by: saved_by.to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            restored: None,
        };
        assert_eq!(
            page.revisions,
            [
                summary(2, START + 5, "ines@acme.example", &["Message"]),
                summary(1, START, "olga@acme.example", &["Twilio Account SID", "Twilio Auth Token"]),
            ]
        );
        assert_eq!((page.present, page.older), (2, None));
        assert_eq!(page.people, ["ines@acme.example", "olga@acme.example"]);
        let past = backend.connections().sms_at(1).await.expect("read").expect("there");
        assert_eq!((past.settings, past.summary.version), (change.settings, 1));
        assert_eq!(backend.connections().sms_at(3).await.expect("read"), None);
        let shipped = backend.connections().sms_at(SHIPPED).await.expect("read").expect("there");
        assert_eq!(shipped.settings, SmsSettings::default());

        let changed =
            async |after, until| backend.connections().secrets_changed(Method::Sms, after, until).await.expect("read");
        assert_eq!(changed(0, 2).await, [Field::TwilioToken]);
        assert_eq!(changed(1, 2).await, []);
        assert_eq!(changed(0, 1).await, [Field::TwilioToken]);
    })
    .await;
}

#[tokio::test]
async fn the_list_is_filtered_by_person_and_field_and_read_a_part_at_a_time() {
    on_each_database(async |place| {
        let (backend, ines, olga) = open(&place).await;
        let mut settings = SmsSettings::default();
        for version in 0..120_i64 {
            let admin = if version % 3 == 0 { &olga } else { &ines };
            if version % 2 == 0 {
                settings.message = message(&version.to_string());
            } else {
                settings.otp_length = OtpLength::parse(&(4 + version % 30).to_string()).expect("a length");
            }
            saved(backend.connections().save_sms(admin, version, &keeping(settings.clone())).await);
        }
        let mut below = None;
        let mut all = Vec::new();
        for expected in [50, 50, 20] {
            let page =
                backend.connections().history(Method::Sms, &HistoryFilterForm::default(), below).await.expect("listed");
            assert_eq!(page.revisions.len(), expected);
            all.extend(page.revisions.iter().map(|revision| revision.version));
            below = page.older;
        }
        assert_eq!((all, below), ((1..=120).rev().collect::<Vec<_>>(), None));

        let by_olga: Vec<i64> = (1..=120).rev().filter(|version| (version - 1) % 3 == 0).collect();
        assert_eq!(listed(&backend, "olga@acme.example", "").await, by_olga);
        let lengths: Vec<i64> = (1..=120).rev().filter(|version| (version - 1) % 2 == 1).take(50).collect();
        assert_eq!(listed(&backend, "", "otp_length").await, lengths);
        let both: Vec<i64> = by_olga.into_iter().filter(|version| (version - 1) % 2 == 0).collect();
        assert_eq!(listed(&backend, "olga@acme.example", "message").await, both);
        assert!(listed(&backend, "nobody@acme.example", "").await.is_empty());
        assert_eq!(listed(&backend, "a\0b", "").await.len(), 50, "what nobody can be excludes nobody");
        assert_eq!(listed(&backend, "", "body").await.len(), 50, "a field of the other connection excludes nothing");
    })
    .await;
}

#[tokio::test]
async fn a_restored_version_is_a_new_revision_and_leaves_secrets_and_drafts_alone() {
    on_each_database(async |place| {
        let (backend, ines, olga) = open(&place).await;
        let change = sms_change(|form| {
            form.twilio_sid = SID.to_owned();
            form.twilio_token = Secret::new(TOKEN);
            form.message = message("First");
        });
        let first = saved(backend.connections().save_sms(&olga, 0, &change).await);
        let second = sms_change_of(&first.settings, |form| form.message = message("Second"));
        let second = saved(backend.connections().save_sms(&olga, 1, &second).await);
        backend.drafts().keep(ines.id(), Method::Sms, None, 2, "{}").await.expect("kept");

        let stale = backend.connections().restore_sms(&ines, 1, 1, &first.settings).await.expect("answered");
        assert!(matches!(stale, Saved::Conflict(theirs) if theirs == second));
        let state = saved(backend.connections().restore_sms(&ines, 2, 1, &first.settings).await);
        assert_eq!((&state.settings, state.revision.version), (&first.settings, 3));
        assert_eq!(state.twilio_token, first.twilio_token);
        assert_eq!(backend.drafts().of(&ines, Method::Sms).await.expect("read").len(), 1);
        let past = backend.connections().sms_at(3).await.expect("read").expect("there");
        assert_eq!((past.summary.restored, past.summary.fields), (Some(1), vec!["Message".to_owned()]));
        assert_eq!(past.summary.saved_by, "ines@acme.example");
        assert_eq!(actions(&backend).await.last().map(String::as_str), Some("connection.restored"));
        let again = backend.connections().restore_sms(&ines, 3, 1, &first.settings).await.expect("answered");
        assert!(matches!(again, Saved::Unchanged(_)));
    })
    .await;
}

#[tokio::test]
async fn the_email_connection_has_a_history_of_its_own() {
    on_each_database(async |place| {
        let (backend, ines, _) = open(&place).await;
        let mut settings = EmailSettings::default();
        settings.subject = "{{ code }} for {{ application.name }}".to_owned();
        let first = saved(backend.connections().save_email(&ines, 0, &settings).await);
        let form = EmailForm { otp_length: "8".to_owned(), ..EmailForm::from_settings(&first.settings) };
        saved(backend.connections().save_email(&ines, 1, &form.check().expect("passes")).await);
        let past = backend.connections().email_at(1).await.expect("read").expect("there");
        assert_eq!(past.settings, settings);
        let restored = saved(backend.connections().restore_email(&ines, 2, SHIPPED, &EmailSettings::default()).await);
        assert_eq!(restored.settings, EmailSettings::default());
        let past = backend.connections().email_at(3).await.expect("read").expect("there");
        assert_eq!((past.summary.restored, past.summary.fields.len()), (Some(SHIPPED), 2));
        assert_eq!(backend.connections().present(Method::Sms).await.expect("read"), 0);
    })
    .await;
}

#[tokio::test]
async fn an_upgrade_finds_the_fields_that_each_revision_changed() {
    let upgrade = include_str!("../../migrations/0008_history.sql");
    let backfill = &upgrade[upgrade.find("insert into revision_fields").expect("it fills the table")..];
    on_each_database(async |place| {
        let (backend, ..) = open(&place).await;
        for method in Method::ALL {
            let fields = domain::history::fields(method);
            let one_by_one = fields.iter().map(|field| vec![*field]);
            for (version, changed) in (1..).zip(one_by_one.chain([fields.clone()])) {
                let changed = serde_json::to_string(&changed).expect("JSON");
                place
                    .run(&format!(
                        "insert into revisions (method, version, settings, changed, saved_at, saved_by, admin_id)
                         values ('{}', {version}, '{{}}', '{changed}', 0, '', '')",
                        method.as_str()
                    ))
                    .await;
            }
        }
        place.run(backfill).await;
        for method in Method::ALL {
            let fields = domain::history::fields(method);
            let all = fields.len() as i64 + 1;
            for (version, field) in (1..).zip(fields) {
                let filter = HistoryFilterForm { field: field.key().to_owned(), ..HistoryFilterForm::default() };
                let page = backend.connections().history(method, &filter, None).await.expect("listed");
                let versions: Vec<i64> = page.revisions.iter().map(|revision| revision.version).collect();
                assert_eq!(versions, [all, version], "{field:?}");
            }
        }
    })
    .await;
}

/// What somebody does.
#[derive(Clone, Debug)]
enum Act {
    /// Saves an edit of the version that many versions ago.
    Save { who: usize, behind: i64, edits: Vec<(u8, u8)> },
    /// Brings back the version that lies at this part of the history.
    Restore { who: usize, behind: i64, part: u8 },
}

fn act() -> impl Strategy<Value = Act> {
    let behind = || prop_oneof![6 => Just(0), 1 => 1..3_i64];
    prop_oneof![
        4 => (0..3_usize, behind(), prop::collection::vec((0..4_u8, 0..6_u8), 0..3))
            .prop_map(|(who, behind, edits)| Act::Save { who, behind, edits }),
        1 => (0..3_usize, behind(), any::<u8>()).prop_map(|(who, behind, part)| Act::Restore { who, behind, part }),
    ]
}

fn edited(settings: &SmsSettings, edits: &[(u8, u8)]) -> SmsSettings {
    let mut form = SmsForm::from_settings(settings);
    for (field, value) in edits {
        match field {
            0 => form.message = message(&format!("Zeile eins\nvalue {value}")),
            1 => form.otp_length = (4 + value).to_string(),
            2 => form.from = format!("+1555000000{value}"),
            _ => form.disable_sign_ups = value % 2 == 0,
        }
    }
    form.check(&SmsContext::default()).expect("passes").settings
}

/// One connection, and every version of it that was acknowledged.
struct Told {
    backend: Backend,
    people: Vec<Admin>,
    versions: Vec<SmsSettings>,
}

impl Told {
    async fn new(place: &Place) -> Self {
        let backend = place.open().await;
        let mut people = Vec::new();
        for name in ["ines", "olga", "yuki"] {
            people.push(signed_in(&backend, &format!("{name}@acme.example"), Role::Editor).await);
        }
        Self { backend, people, versions: vec![SmsSettings::default()] }
    }

    async fn act(&mut self, act: &Act) {
        let newest = self.versions.len() as i64 - 1;
        let present = self.versions[newest as usize].clone();
        let connections = self.backend.connections();
        let (base, wanted, outcome) = match act {
            Act::Save { who, behind, edits } => {
                let base = (newest - behind).max(0);
                let wanted = edited(&self.versions[base as usize], edits);
                (base, wanted.clone(), connections.save_sms(&self.people[*who], base, &keeping(wanted)).await)
            }
            Act::Restore { who, behind, part } => {
                let base = (newest - behind).max(0);
                let version = usize::from(*part) * self.versions.len() / 256;
                let wanted = self.versions[version].clone();
                let outcome = connections.restore_sms(&self.people[*who], base, version as i64, &wanted).await;
                (base, wanted, outcome)
            }
        };
        match outcome.expect("answered") {
            Saved::Saved(state) => {
                assert_eq!(base, newest, "only the newest version is saved upon");
                assert_eq!((state.revision.version, &state.settings), (newest + 1, &wanted));
                self.versions.push(wanted);
            }
            Saved::Unchanged(_) => assert_eq!(wanted, present),
            Saved::Conflict(theirs) => {
                assert!(base < newest);
                assert_eq!((theirs.revision.version, theirs.settings), (newest, present));
            }
        }
    }

    /// Everything that was acknowledged since a version is there, and nothing else; each comes back exactly, by the rules of today.
    async fn look(&mut self, since: usize) {
        let connections = self.backend.connections();
        for (version, settings) in self.versions.iter().enumerate().skip(since.max(1)) {
            let past = connections.sms_at(version as i64).await.expect("read").expect("there");
            assert_eq!(past.settings, *settings, "version {version}");
            let changed = self.versions[version - 1].differing(settings);
            let changed: Vec<String> = changed.into_iter().map(Field::label).collect();
            assert_eq!(past.summary.fields, changed, "version {version}");
        }
        assert_eq!(connections.sms_at(self.versions.len() as i64).await.expect("read"), None);
        assert_eq!(connections.present(Method::Sms).await.expect("read"), self.versions.len() as i64 - 1);
        for version in since..self.versions.len() {
            let wanted = self.versions[version].clone();
            let present = self.versions.len() as i64 - 1;
            let checked = SmsForm::from_settings(&wanted).check(&SmsContext::default()).expect("passes").settings;
            let restored = connections.restore_sms(&self.people[0], present, version as i64, &checked).await;
            if let Saved::Saved(_) = restored.expect("answered") {
                self.versions.push(wanted.clone());
            }
            assert_eq!(connections.sms().await.expect("read").settings, wanted);
        }
    }
}

#[test]
fn whatever_people_save_and_restore_every_version_is_kept_and_comes_back() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(on_each_database(async |place| {
        let mut told = Told::new(&place).await;
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let sequences = prop::collection::vec(act(), 1..25);
        for _ in 0..12 {
            let acts = sequences.new_tree(&mut runner).expect("acts").current();
            let since = told.versions.len() - 1;
            for act in &acts {
                told.act(act).await;
            }
            told.look(since).await;
        }
    }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_racing_saves_none_is_lost() {
    const WRITERS: usize = 4;
    const SAVES: usize = 250;
    const ALL: i64 = 1_000;
    on_each_database(async |place| {
        let instances = [place.open().await, place.open().await];
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let backend = instances[writer % 2].clone();
            let admin = signed_in(&backend, &format!("w{writer}@acme.example"), Role::Editor).await;
            writers.push(tokio::spawn(async move {
                for _ in 0..SAVES {
                    loop {
                        let mut state = backend.connections().sms().await.expect("read");
                        // Each counts its own saves in the one text: a save over one that it has not seen would lose a count.
                        let text = &mut state.settings.gateway_subject;
                        let mut counts: Vec<usize> = text.split(' ').filter_map(|count| count.parse().ok()).collect();
                        counts.resize(WRITERS, 0);
                        counts[writer] += 1;
                        *text = counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
                        let base = state.revision.version;
                        match backend.connections().save_sms(&admin, base, &keeping(state.settings)).await {
                            Ok(Saved::Saved(_)) => break,
                            Ok(Saved::Conflict(_)) => {}
                            other => panic!("{other:?}"),
                        }
                    }
                }
            }));
        }
        for writer in writers {
            writer.await.expect("finished");
        }
        let state = instances[0].connections().sms().await.expect("read");
        assert_eq!((state.settings.gateway_subject.as_str(), state.revision.version), ("250 250 250 250", ALL));
        assert_eq!(place.number("select count(*) from revisions").await, ALL);
        assert_eq!(place.number("select count(*) from audit where action = 'connection.saved'").await, ALL);
    })
    .await;
}
