//! The audit trail as its page shows it: words instead of ids, and where they lead.

use backend::{AuditEntry, AuditPage};
use domain::admin::Role;
use domain::audit::{AuditChoices, AuditKind, AuditLine, AuditLines, AuditObject, NOBODY, person_label};

use crate::pages::applications::list::escaped;

/// The lines of a page, for somebody of this role.
pub fn lines(page: AuditPage, role: Role) -> AuditLines {
    AuditLines { lines: page.entries.into_iter().map(|entry| line(entry, role)).collect(), older: page.older }
}

/// What the filter can choose from: these people, and every action.
pub fn choices(people: Vec<String>) -> AuditChoices {
    let person = |name: String| {
        let label = person_label(&name).to_owned();
        (if name.is_empty() { NOBODY.to_owned() } else { name }, label)
    };
    let (addresses, others): (Vec<String>, Vec<String>) = people.into_iter().partition(|name| name.contains('@'));
    AuditChoices {
        people: addresses.into_iter().chain(others).map(person).collect(),
        kinds: AuditKind::all().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect(),
    }
}

fn line(entry: AuditEntry, role: Role) -> AuditLine {
    let kind = entry.kind();
    let revision = |version: Option<i64>| {
        version
            .map(|version| format!("/connections/passwordless/{}/history/{version}", entry.target))
            .unwrap_or_default()
    };
    let details = entry.words().into_iter().map(|(text, version)| (text, revision(version))).collect();
    let own = kind.is_some_and(|kind| kind.object() == AuditObject::Administrator)
        && entry.actor.id.as_deref() == Some(entry.target.as_str());
    AuditLine {
        at: entry.at,
        who: person_label(&entry.actor.name).to_owned(),
        what: entry.what().to_owned(),
        refused: kind.is_some_and(AuditKind::is_refusal),
        details,
        href: if own { String::new() } else { kind.map(|kind| page(kind, &entry, role)).unwrap_or_default() },
        object: if own { "Own account".to_owned() } else { entry.object },
        address: entry.actor.address,
    }
}

/// The page of what an entry is about, where there is one that this role may see.
fn page(kind: AuditKind, entry: &AuditEntry, role: Role) -> String {
    let target = &entry.target;
    let settings = || "/settings".to_owned();
    match kind.object() {
        AuditObject::Connection => {
            let view = match kind {
                AuditKind::ApplicationsEnabled | AuditKind::ApplicationsDisabled => "/applications",
                _ => "",
            };
            format!("/connections/passwordless/{target}{view}")
        }
        AuditObject::Application if entry.exists => format!("/applications/{target}"),
        AuditObject::User if entry.exists => format!("/users?q={}", escaped(target)),
        AuditObject::Administrator if !target.is_empty() && role.covers(Role::Owner) => settings(),
        AuditObject::ApiToken if role.covers(Role::Owner) => settings(),
        _ if matches!(kind, AuditKind::InstallationSaved) => settings(),
        _ if matches!(kind, AuditKind::EmailProviderSaved | AuditKind::EmailProviderChecked) => settings(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use backend::Actor;

    use super::*;

    fn entry(action: &str, target: &str) -> AuditEntry {
        AuditEntry {
            at: 0,
            actor: Actor { id: Some("a1".to_owned()), name: "olga@acme.example".to_owned(), address: String::new() },
            action: action.to_owned(),
            target: target.to_owned(),
            object: "Object".to_owned(),
            exists: true,
            details: "{\"version\":12,\"fields\":[\"message\"]}".to_owned(),
        }
    }

    #[test]
    fn an_object_leads_to_a_page_that_is_there_and_may_be_seen() {
        for (action, target, owner, editor) in [
            ("connection.saved", "sms", "/connections/passwordless/sms", "/connections/passwordless/sms"),
            (
                "applications.enabled",
                "email",
                "/connections/passwordless/email/applications",
                "/connections/passwordless/email/applications",
            ),
            ("application.saved", "abc", "/applications/abc", "/applications/abc"),
            ("user.blocked", "sms|01", "/users?q=sms%7C01", "/users?q=sms%7C01"),
            ("admin.reset", "a2", "/settings", ""),
            ("admin.sign_in_refused", "", "", ""),
            ("admin.signed_in", "a1", "", ""),
            ("api_token.created", "t1", "/settings", ""),
            ("installation.saved", "", "/settings", "/settings"),
            ("email_provider.checked", "", "/settings", "/settings"),
            ("signing_key.made", "k1", "", ""),
            ("later.version", "x", "", ""),
        ] {
            assert_eq!(line(entry(action, target), Role::Owner).href, owner, "{action}");
            assert_eq!(line(entry(action, target), Role::Editor).href, editor, "{action}");
        }
        let gone = AuditEntry { exists: false, ..entry("application.deleted", "abc") };
        assert_eq!(line(gone, Role::Owner).href, "");
        assert_eq!(line(entry("admin.signed_in", "a1"), Role::Owner).object, "Own account");
        assert_eq!(line(entry("later.version", "x"), Role::Owner).what, "later.version");
    }

    #[test]
    fn a_revision_is_linked_in_the_words_that_name_it() {
        let details = line(entry("connection.saved", "sms"), Role::Viewer).details;
        let expected = [("Revision 12", "/connections/passwordless/sms/history/12"), (": Message", "")];
        assert_eq!(details, expected.map(|(text, href)| (text.to_owned(), href.to_owned())));
    }

    #[test]
    fn administrators_come_before_what_acts_by_itself() {
        let people = ["", "ben@acme.example", "command line"].map(str::to_owned).to_vec();
        let labels: Vec<String> =
            choices(people).people.into_iter().map(|(value, label)| [value, label].join(" ")).collect();
        assert_eq!(labels, ["ben@acme.example ben@acme.example", "nobody Not signed in", "command line Command line"]);
    }
}
