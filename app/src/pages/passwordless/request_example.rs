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
        "GET /authorize\n  ?response_type=code\n  &client_id=YOUR_CLIENT_ID\n  &connection={}\n  &redirect_uri=https://app.example.com/callback\n  &scope=openid profile offline_access\n  &audience=https://api.example.com\n  &device=Work laptop\n  &state=OPAQUE_VALUE",
        method.as_str()
    );
    view! {
        <details class="request-example">
            <summary>"Request example"</summary>
            <p>"An application sends its users here to sign in with this method:"</p>
            <pre><code>{request}</code></pre>
            <ul>
                <li><code>"connection"</code>" names this method; without it people choose."</li>
                <li><code>"redirect_uri"</code>" must be one of the application’s Allowed Callback URLs, to the letter."</li>
                <li><code>"device"</code>" only goes with the scope "<code>"offline_access"</code>"; otherwise leave it out."</li>
                <li>"A scope is one of the standard ones or one of your API’s: "<code>"favorite_color"</code>" is not a valid scope."</li>
                <li><code>"audience"</code>" is optional: it names the API that the access token is for."</li>
            </ul>
        </details>
    }
    .into_any()
}
