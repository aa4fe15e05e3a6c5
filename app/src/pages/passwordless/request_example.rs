//! The request that begins a sign-in with a method, explained part by part.

use domain::connection::Method;
use leptos::prelude::*;

/// `details` named `Request example`.
#[component]
pub fn RequestExample(
    /// The method.
    method: Method,
) -> impl IntoView {
    let request = format!(
        "GET /authorize\n  ?response_type=code\n  &client_id=YOUR_CLIENT_ID\n  &connection={}\n  &redirect_uri=https://app.example.com/callback\n  &scope=openid%20profile%20offline_access\n  &device=Work%20laptop\n  &audience=https://api.example.com\n  &state=OPAQUE_VALUE\n  &code_challenge=CHALLENGE\n  &code_challenge_method=S256",
        method.as_str()
    );
    view! {
        <details class="request-example">
            <summary>"Request example"</summary>
            <p>"An application sends its users here to sign in with this method. The quick start of each of your "<a href="/applications">"applications"</a>" has its own request to copy."</p>
            <pre><code>{request}</code></pre>
            <ul>
                <li><code>"connection"</code>" names this method; without it people choose."</li>
                <li><code>"redirect_uri"</code>" must be one of the application’s Allowed Callback URLs, to the letter."</li>
                <li><code>"device"</code>" only goes with the scope "<code>"offline_access"</code>"; otherwise leave it out."</li>
                <li>"Scopes are "<code>"openid profile email phone address offline_access"</code>": "<code>"favorite_color"</code>" is not a valid scope."</li>
                <li><code>"audience"</code>" is optional: it names the API that the access token is for."</li>
                <li><code>"code_challenge"</code>" is the SHA-256 of a secret of yours (PKCE); without a client secret it is required."</li>
            </ul>
        </details>
    }
    .into_any()
}
