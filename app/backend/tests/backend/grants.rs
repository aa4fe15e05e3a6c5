//! Authorization codes and refresh tokens: once each, and a copy ends everything.

use backend::Backend;
use backend::grants::{CodeBinding, Grant, GrantRefusal, Redemption};
use domain::Secret;
use domain::admin::Role;

use crate::passwordless::application;
use crate::place::{HOUR, Place, START, on_each_database, signed_in};

const REDIRECT: &str = "https://app.acme.example/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const DAY: i64 = 24 * HOUR;

async fn set_up(place: &Place) -> (Backend, Grant) {
    let backend = place.open().await;
    let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
    let client_id = application(&backend, &ines, "Wallet").await;
    let grant = Grant {
        client_id,
        user_id: "0123456789abcdef01234567".to_owned(),
        scope: "openid offline_access".to_owned(),
        audience: "https://api.acme.example".to_owned(),
        auth_time: START,
    };
    (backend, grant)
}

fn binding() -> CodeBinding {
    CodeBinding {
        redirect_uri: REDIRECT.to_owned(),
        redirect_given: true,
        code_challenge: Some(CHALLENGE.to_owned()),
        nonce: "n".to_owned(),
    }
}

fn redemption<'r>(client_id: &'r str, code: &'r Secret) -> Redemption<'r> {
    Redemption { client_id, code, redirect_uri: Some(REDIRECT), code_verifier: Some(VERIFIER) }
}

#[tokio::test]
async fn a_code_is_redeemed_once_by_whoever_asked_for_it() {
    on_each_database(async |place| {
        let (backend, grant) = set_up(&place).await;
        let grants = backend.grants();
        let code = grants.issue_code(&grant, &binding()).await.expect("issued");
        let right = redemption(&grant.client_id, &code);
        let other_code = Secret::new("another");
        for (wrong, refusal) in [
            (Redemption { client_id: "other", ..right }, GrantRefusal::Unknown),
            (Redemption { code: &other_code, ..right }, GrantRefusal::Unknown),
            (Redemption { redirect_uri: None, ..right }, GrantRefusal::RedirectUri),
            (Redemption { redirect_uri: Some("https://evil.example"), ..right }, GrantRefusal::RedirectUri),
            (Redemption { code_verifier: None, ..right }, GrantRefusal::Verifier),
            (Redemption { code_verifier: Some(CHALLENGE), ..right }, GrantRefusal::Verifier),
        ] {
            assert_eq!(grants.redeem(&wrong).await.expect("looked at"), Err(refusal), "{wrong:?}");
        }
        let redeemed = grants.redeem(&right).await.expect("looked at").expect("redeemed");
        assert_eq!((&redeemed.grant, redeemed.nonce.as_str()), (&grant, "n"));

        let family = Some(redeemed.family.as_str());
        let refresh = grants.issue_refresh_token(&grant, family).await.expect("issued").expect("a token");
        assert_eq!(grants.redeem(&right).await.expect("looked at"), Err(GrantRefusal::Reused));
        let refreshed = grants.refresh(&grant.client_id, &refresh).await.expect("looked at");
        assert_eq!(refreshed, Err(GrantRefusal::Unknown), "a copied code ends what came of it");
        assert_eq!(grants.issue_refresh_token(&grant, family).await.expect("looked at"), None);
    })
    .await;
}

#[tokio::test]
async fn a_code_without_a_challenge_takes_no_verifier_and_runs_out_in_a_minute() {
    on_each_database(async |place| {
        let (backend, grant) = set_up(&place).await;
        let grants = backend.grants();
        let binding = CodeBinding { code_challenge: None, redirect_given: false, ..binding() };
        let code = grants.issue_code(&grant, &binding).await.expect("issued");
        let right = Redemption { redirect_uri: None, code_verifier: None, ..redemption(&grant.client_id, &code) };
        let downgraded = Redemption { code_verifier: Some(VERIFIER), ..right };
        assert_eq!(grants.redeem(&downgraded).await.expect("looked at"), Err(GrantRefusal::Verifier));
        place.clock.advance(59_999);
        assert!(grants.redeem(&right).await.expect("looked at").is_ok());

        let late = grants.issue_code(&grant, &binding).await.expect("issued");
        place.clock.advance(60_000);
        let late = Redemption { code: &late, ..right };
        assert_eq!(grants.redeem(&late).await.expect("looked at"), Err(GrantRefusal::Unknown));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_that_redeem_or_refresh_at_once_one_gets_something() {
    on_each_database(async |place| {
        let (backend, grant) = set_up(&place).await;
        let other = place.open().await;
        let code = backend.grants().issue_code(&grant, &binding()).await.expect("issued");
        let refresh = backend.grants().issue_refresh_token(&grant, None).await.expect("issued").expect("a token");
        let requests: Vec<_> = (0..200_usize)
            .map(|number| {
                let backend = if number % 4 < 2 { backend.clone() } else { other.clone() };
                let (client_id, code, refresh) = (grant.client_id.clone(), code.clone(), refresh.clone());
                tokio::spawn(async move {
                    let grants = backend.grants();
                    let redeemed = number % 2 == 0;
                    let got = if redeemed {
                        grants.redeem(&redemption(&client_id, &code)).await.expect("looked at").is_ok()
                    } else {
                        grants.refresh(&client_id, &refresh).await.expect("looked at").is_ok()
                    };
                    (redeemed, got)
                })
            })
            .collect();
        let mut got = [0, 0];
        for request in requests {
            let (redeemed, successful) = request.await.expect("finished");
            got[usize::from(redeemed)] += usize::from(successful);
        }
        assert_eq!(got, [1, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_rotates_and_a_copy_of_it_ends_the_sign_in() {
    on_each_database(async |place| {
        let (backend, grant) = set_up(&place).await;
        let (grants, client_id) = (backend.grants(), grant.client_id.as_str());
        let first = grants.issue_refresh_token(&grant, None).await.expect("issued").expect("a token");
        let unrelated = grants.issue_refresh_token(&grant, None).await.expect("issued").expect("a token");
        assert_eq!(grants.refresh("other", &first).await.expect("looked at"), Err(GrantRefusal::Unknown));
        let (refreshed, second) = grants.refresh(client_id, &first).await.expect("looked at").expect("refreshed");
        assert_eq!(refreshed, grant);
        let (_, third) = grants.refresh(client_id, &second).await.expect("looked at").expect("refreshed");
        assert_eq!(grants.refresh(client_id, &first).await.expect("looked at"), Err(GrantRefusal::Reused));
        assert_eq!(grants.refresh(client_id, &third).await.expect("looked at"), Err(GrantRefusal::Unknown));
        let (_, next) = grants.refresh(client_id, &unrelated).await.expect("looked at").expect("another sign-in");
        grants.revoke("other", &next).await.expect("nothing of theirs");
        let (_, next) = grants.refresh(client_id, &next).await.expect("looked at").expect("still there");
        grants.revoke(client_id, &next).await.expect("revoked");
        assert_eq!(grants.refresh(client_id, &next).await.expect("looked at"), Err(GrantRefusal::Unknown));
    })
    .await;
}

#[tokio::test]
async fn refreshing_ends_after_fifteen_idle_days_and_thirty_in_all() {
    on_each_database(async |place| {
        let (backend, grant) = set_up(&place).await;
        let (grants, client_id) = (backend.grants(), grant.client_id.as_str());
        let idle = grants.issue_refresh_token(&grant, None).await.expect("issued").expect("a token");
        let mut busy = grants.issue_refresh_token(&grant, None).await.expect("issued").expect("a token");
        for _ in 0..2 {
            place.clock.advance(15 * DAY - 1);
            busy = grants.refresh(client_id, &busy).await.expect("looked at").expect("refreshed").1;
        }
        assert_eq!(grants.refresh(client_id, &idle).await.expect("looked at"), Err(GrantRefusal::Unknown));
        place.clock.advance(2);
        assert_eq!(grants.refresh(client_id, &busy).await.expect("looked at"), Err(GrantRefusal::Unknown));
        backend.sweep().await.expect("swept");
        assert_eq!(place.number("select count(*) from refresh_tokens").await, 0);
    })
    .await;
}
