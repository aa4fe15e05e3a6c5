//! The audit trail: who may see it, its file, and what signing out leaves in it.

use axum::http::StatusCode;
use domain::admin::Role;

use crate::browser::Site;

#[tokio::test]
async fn the_trail_is_for_editors_and_owners() {
    let site = Site::set_up().await;
    for (role, status) in
        [(Role::Viewer, StatusCode::FORBIDDEN), (Role::Editor, StatusCode::OK), (Role::Owner, StatusCode::OK)]
    {
        let mut browser = site.signed_in(role).await;
        let may = status == StatusCode::OK;
        let page = browser.get("/activity/audit").await;
        assert_eq!(page.status, status, "{role:?}");
        assert_eq!(page.body.contains("203.0.113.9"), may, "{role:?}");
        let file = browser.get("/activity/audit.csv").await;
        assert_eq!(file.status, status, "{role:?}");
        assert_eq!(file.body.contains("admin.signed_in"), may, "{role:?}");
        assert_eq!(browser.get("/activity").await.body.contains("audit-tab"), may, "{role:?}");
    }
}

#[tokio::test]
async fn signed_out_the_file_leads_to_sign_in() {
    let site = Site::set_up().await;
    let answer = site.browser().get("/activity/audit.csv?kind=admin.signed_in").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.location().starts_with("/login?next=%2Factivity%2Faudit.csv"), "{}", answer.location());
}

#[tokio::test]
async fn the_file_holds_the_lines_that_match() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    let mut stranger = site.browser();
    stranger.sign_in("owner@acme.example", "not the password").await;
    for (query, lines) in [
        ("", 6),
        ("?person=owner%40acme.example", 2),
        ("?person=nobody&kind=admin.sign_in_refused&at=5.x", 2),
        ("?object=owner%40acme.example", 4),
        ("?person=command+line", 4),
        ("?until=2020-01-01", 1),
    ] {
        let answer = owner.get(&format!("/activity/audit.csv{query}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"audit.csv\"");
        assert_eq!(answer.body.matches("\r\n").count(), lines, "{query}: {}", answer.body);
        assert_eq!(answer.body.matches("\"object_id\"").count(), 1, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_looks_for_nothing_is_refused_by_the_file_and_kept_by_the_page() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    let query = "?kind=admin.signed_in&from=2027-01-15T08%3A00&until=2026-01-01T00%3A00";
    let answer = owner.get(&format!("/activity/audit.csv{query}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("Until: Choose a moment after From."), "{}", answer.body);
    let page = owner.get(&format!("/activity/audit{query}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["value=\"2027-01-15T08:00\"", "Choose a moment after", "<title>Error: Activity · Doorcode</title>"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

#[tokio::test]
async fn signing_out_is_in_the_trail_and_ends_the_session() {
    let site = Site::set_up().await;
    let mut editor = site.signed_in(Role::Editor).await;
    let before = editor.clone();
    editor.post("/logout", &[]).await;
    let newest = site.backend.audit().latest(1).await.expect("a trail").remove(0);
    assert_eq!((newest.action.as_str(), newest.actor.name.as_str()), ("admin.signed_out", "editor@acme.example"));
    assert_eq!(before.clone().get("/activity/audit").await.status, StatusCode::SEE_OTHER);
    // Whoever is signed out already leaves no second line.
    before.clone().post("/logout", &[]).await;
    assert_eq!(site.backend.audit().latest(1).await.expect("a trail").remove(0), newest);
}
