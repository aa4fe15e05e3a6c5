//! The page Activity, its file for spreadsheets, and who may see the outbox.

use std::time::Duration;

use axum::http::StatusCode;
use backend::deliveries::{Ending, NewDelivery};
use domain::admin::Role;
use domain::recipient::Recipient;

use crate::browser::Site;

async fn record(site: &Site, to: &str, times: usize) {
    let recipient = Recipient::looked_for(to).expect("a recipient");
    let delivery = NewDelivery {
        recipient: &recipient,
        client_id: "wallet",
        application_name: "Wallet",
        provider: "twilio",
        ending: Ending { outcome: "failed", reason: "timeout", provider_code: None },
        provider_id: None,
        took: Duration::from_millis(120),
        revision: 3,
        actor: None,
    };
    for _ in 0..times {
        site.clock.advance(1);
        site.backend.deliveries().record(&delivery).await.expect("recorded");
    }
}

#[tokio::test]
async fn the_file_holds_every_delivery_that_matches_under_one_header() {
    let site = Site::set_up().await;
    record(&site, "+15550100123", 1_001).await;
    record(&site, "ana@acme.example", 2).await;
    let mut viewer = site.signed_in(Role::Viewer).await;
    for (query, lines) in
        [("", 1_004), ("?connection=sms&at=5.x", 1_002), ("?recipient=ana%40acme.example&outcome=failed", 3)]
    {
        let answer = viewer.get(&format!("/activity/deliveries.csv{query}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"deliveries.csv\"");
        assert_eq!(answer.body.matches("\r\n").count(), lines, "{query}");
        assert_eq!(answer.body.matches("\"tried_by\"").count(), 1, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_looks_for_nothing_is_refused_by_the_file_and_kept_by_the_page() {
    let site = Site::set_up().await;
    record(&site, "+15550100123", 1).await;
    let mut viewer = site.signed_in(Role::Viewer).await;
    let query = "?recipient=ana&from=2027-01-15T08%3A00&until=2026-01-01T00%3A00";
    let answer = viewer.get(&format!("/activity/deliveries.csv{query}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("Until: Choose a moment after From."), "{}", answer.body);
    let page = viewer.get(&format!("/activity{query}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["value=\"ana\"", "value=\"2027-01-15T08:00\"", "Enter a whole phone number", "Choose a moment after"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert!(page.body.contains("<title>Error: Activity · Doorcode</title>"), "{}", page.body);
}

#[tokio::test]
async fn signed_out_the_file_leads_to_sign_in() {
    let site = Site::set_up().await;
    let answer = site.browser().get("/activity/deliveries.csv?connection=sms").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.location().starts_with("/login?next=%2Factivity%2Fdeliveries.csv"), "{}", answer.location());
}

#[tokio::test]
async fn the_outbox_is_403_for_viewers_and_has_no_tab() {
    let site = Site::set_up().await;
    for (role, status) in [(Role::Viewer, StatusCode::FORBIDDEN), (Role::Editor, StatusCode::OK)] {
        let mut browser = site.signed_in(role).await;
        assert_eq!(browser.get("/activity/outbox").await.status, status, "{role:?}");
        assert_eq!(
            browser.get("/activity/outbox?message=x").await.status.as_u16(),
            if role == Role::Viewer { 403 } else { 404 }
        );
        let page = browser.get("/activity").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.body.contains("outbox-tab"), role == Role::Editor, "{role:?}");
    }
}
