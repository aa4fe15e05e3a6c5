//! The HTML document around the console.

use domain::admin::Appearance;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;

use crate::{App, halves};

/// The document; the server renders it for every page.
pub fn shell(mut options: LeptosOptions) -> impl IntoView {
    let theme = match use_context::<Appearance>().unwrap_or_default() {
        Appearance::System => None,
        chosen => Some(chosen.as_str()),
    };
    let path = use_context::<RequestUrl>().and_then(|url| url.parse().ok()).map(|url| url.path().to_owned());
    options.output_name = halves::bundle(&path.unwrap_or_default()).into();
    let stylesheet = format!("/{}/console.css", options.site_pkg_dir);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="stylesheet" href=stylesheet/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
