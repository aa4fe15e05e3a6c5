//! The installation's own settings.

use domain::admin::Role;
use domain::installation::{Installation, InstallationForm};

use crate::place::{actions, on_each_database, signed_in};

#[tokio::test]
async fn the_installation_has_defaults_until_it_is_saved() {
    on_each_database(async |place| {
        let backend = place.open().await;
        assert_eq!(backend.installation().load().await.expect("read"), Installation::default());
        let ines = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let form = InstallationForm {
            installation_name: "Acme".to_owned(),
            support_email: "help@acme.example".to_owned(),
            support_url: String::new(),
            default_language: "fr-CA".to_owned(),
        };
        let installation = form.check().expect("passes");
        for _ in 0..2 {
            backend.installation().save(&ines, &installation).await.expect("saved");
        }
        assert_eq!(actions(&backend).await[1..], ["installation.saved"]);
        backend.close().await;
        assert_eq!(place.open().await.installation().load().await.expect("read"), installation);
    })
    .await;
}
