//! Measures the engine of templates natively: the median time of a call, one line each. `make bench` runs it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::segments;
use domain::template::{self, About, DEFAULT_BODY, Part, Syntax, Template, Values};

const ROUNDS: usize = 501;
// So short calls are timed by the dozen, or the clock itself would be measured.
const SHORTEST: Duration = Duration::from_micros(20);

const MESSAGE: &str = "{% if request_language contains 'fr' %}{{ application.name }} : votre code est {{ code }}, valable 3 minutes.\
    {% else %}Your code for {{ application.name }} is {{ code }}. It expires in 3 minutes.{% endif %}";
const ROW: &str = "\n<tr><td class=\"space soft\" style=\"padding:8px 40px 0;font-size:14px;line-height:21px;color:#50605b;\">\
    {% if request_language contains 'fr' %}Besoin d’aide avec {{ application.name }}\u{a0}? Écrivez à {{ support_email | escape }}.\
    {% else %}Do you need help with {{ application.name | truncate: 40 }}? Write to {{ support_email | escape }}.{% endif %}</td></tr>";

fn main() {
    let email = long_email(20_000);
    sms(MESSAGE);
    body(&email);
}

fn sms(source: &str) {
    let what = format!("{} byte SMS", source.len());
    let values = Values::sample(false);
    let template = Template::parse(source, Syntax::Liquid);
    let text = template.render(Part::Message, &values).expect("the message renders");
    print("parse and render", &what, || {
        black_box(Template::parse(black_box(source), Syntax::Liquid).render(Part::Message, &values)).ok();
    });
    print("render", &what, || {
        black_box(black_box(&template).render(Part::Message, &values)).ok();
    });
    print("diagnose", &what, || {
        black_box(template::diagnose(black_box(source), about(Part::Message)));
    });
    print("worst case of", &what, || {
        black_box(template::at_most(black_box(&template), &values, 6, &[]));
    });
    print("count", &format!("{} byte GSM-7 text", text.len()), || {
        black_box(segments::count(black_box(&text)));
    });
    let emoji = text.replace("code", "код 👩🏽‍💻");
    print("count", &format!("{} byte UCS-2 text", emoji.len()), || {
        black_box(segments::count(black_box(&emoji)));
    });
}

fn body(source: &str) {
    let what = format!("{} KB email", source.len() / 1000);
    let values = Values::sample(true);
    let template = Template::parse(source, Syntax::Liquid);
    let html = template.render(Part::Body, &values).expect("the email renders");
    print("parse and render", &what, || {
        black_box(Template::parse(black_box(source), Syntax::Liquid).render(Part::Body, &values)).ok();
    });
    print("render", &what, || {
        black_box(black_box(&template).render(Part::Body, &values)).ok();
    });
    print("diagnose", &what, || {
        black_box(template::diagnose(black_box(source), about(Part::Body)));
    });
    print("plain text of", &what, || {
        black_box(template::plain_text(black_box(&html)));
    });
    print("count", &what, || {
        black_box(segments::count(black_box(&html)));
    });
}

fn about(part: Part) -> About {
    About { part, syntax: Syntax::Liquid, otp_expiry: 180, otp_length: 6 }
}

/// The default email with rows such as people add, up to a size.
fn long_email(bytes: usize) -> String {
    let at = DEFAULT_BODY.rfind("\n</table>\n<!--").expect("the default email has a card");
    let (before, after) = DEFAULT_BODY.split_at(at);
    let rows = bytes.saturating_sub(DEFAULT_BODY.len()).div_ceil(ROW.len());
    [before, &ROW.repeat(rows), after].concat()
}

/// Prints the median time of a call.
fn print(doing: &str, what: &str, mut call: impl FnMut()) {
    let mut time = |calls: u32| {
        let begin = Instant::now();
        (0..calls).for_each(|_| call());
        begin.elapsed()
    };
    let mut calls = 1;
    while time(calls) < SHORTEST {
        calls *= 2;
    }
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| time(calls)).collect();
    times.sort();
    let median = times[ROUNDS / 2].as_secs_f64() * 1e6 / f64::from(calls);
    println!("{doing} {what} {median:.1} µs");
}
