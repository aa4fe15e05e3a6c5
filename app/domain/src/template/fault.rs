//! Everything that can be wrong with a template, in words that say what and what to do.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::RenderError;
use crate::connection::Method;
use crate::otp::duration_in_words;

/// Something wrong with a template; its words say what and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The source passes its bound.
    #[error("The template is longer than 64 KiB; shorten it.")]
    SourceTooLong,
    /// Blocks, brackets or ranges are nested past the bound.
    #[error("This is nested too deeply; use fewer levels.")]
    NestedTooDeep,
    /// `{{` without `}}`.
    #[error("This output is not closed; end it with }}}}.")]
    OutputNotClosed,
    /// `{%` without `%}`.
    #[error("This tag is not closed; end it with %}}.")]
    TagNotClosed,
    /// A quotation mark without its partner.
    #[error("This text is not closed; end it with the quotation mark it begins with.")]
    QuoteNotClosed,
    /// `[` without `]`.
    #[error("This bracket is not closed; add ].")]
    BracketNotClosed,
    /// A parenthesis that is not a range.
    #[error("This is not a range; write it as (1..5), without other parentheses.")]
    NotARange,
    /// A block without its end.
    #[error("The block {{% {tag} %}} is not closed; add {{% end{tag} %}}.")]
    BlockNotClosed {
        /// The name of the tag that opens the block.
        tag: String,
    },
    /// A tag such as `else` outside the block it belongs to.
    #[error("There is no open block that {{% {tag} %}} belongs to; remove it or open the block.")]
    TagOutOfPlace {
        /// The name of the tag.
        tag: String,
    },
    /// A tag that does not exist.
    #[error("There is no tag named “{tag}”; correct its name or remove it.")]
    UnknownTag {
        /// The name as written.
        tag: String,
    },
    /// A tag of Liquid that messages cannot use.
    #[error("The tag “{tag}” is not available in messages; remove it.")]
    TagNotAvailable {
        /// The name of the tag.
        tag: String,
    },
    /// A value is missing.
    #[error("A value is missing; write a parameter, a text in quotes or a number.")]
    ValueExpected,
    /// A name is missing.
    #[error("A name is missing; write one made of letters, digits and _.")]
    NameExpected,
    /// `assign` without `=`.
    #[error("An = is missing; write {{% assign name = value %}}.")]
    EqualsExpected,
    /// A loop without `in`.
    #[error("The word in is missing; write {{% for item in list %}}.")]
    InExpected,
    /// `|` without a filter.
    #[error("The name of a filter is missing after |; write one or remove the |.")]
    FilterNameExpected,
    /// Something that does not belong where it stands.
    #[error("“{text}” is not expected here; remove it, or join it with an operator or a | and a filter.")]
    NotExpected {
        /// The beginning of what is too much.
        text: String,
    },
    /// A macro that Liquid templates cannot use.
    #[error("A Liquid template knows only @@password@@ and @@code@@; write {{{{ {name} }}}} instead of @@{name}@@.")]
    MacroInLiquid {
        /// The name between the signs.
        name: String,
    },
    /// Liquid in a template whose syntax is Markdown.
    #[error("Liquid is not read in Markdown syntax; write parameters as @@name@@ or choose Liquid.")]
    LiquidInMarkdown,
    /// The code never appears.
    #[error("The one-time code never appears; insert its parameter.")]
    CodeMissing,
    /// A message that carries a link never shows it.
    #[error("The link never appears when a link is sent; insert the parameter link.")]
    LinkMissing,
    /// The code does not appear for one language.
    #[error("The one-time code does not appear when the language is {language}; add it there.")]
    CodeMissingFor {
        /// The language, or words for one that the template does not name.
        language: String,
    },
    /// The link does not appear for one language.
    #[error("The link does not appear when the language is {language}; add it there.")]
    LinkMissingFor {
        /// The language, or words for one that the template does not name.
        language: String,
    },
    /// Nothing is left once rendered.
    #[error("Nothing is left of the text once rendered; write something outside the tags.")]
    RendersEmpty,
    /// Nothing is left once rendered for one language.
    #[error("Nothing is left of the text when the language is {language}; add an {{% else %}} with a text.")]
    RendersEmptyFor {
        /// The language, or words for one that the template does not name.
        language: String,
    },
    /// The text passes what can be sent.
    #[error("Once rendered the text has {characters} characters; at most 1600 can be sent, so shorten it.")]
    RendersTooLong {
        /// How many characters it has with sample values.
        characters: u32,
    },
    /// A line break in a one-line template.
    #[error("A subject is one line; remove the line break.")]
    LineBreak,
    /// It does not render.
    #[error("{0}")]
    DoesNotRender(RenderError),
    /// A name that is no parameter.
    #[error("There is no parameter named “{name}”, so it renders empty; {}.", advice(nearest))]
    UnknownParameter {
        /// The name as written.
        name: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// A parameter that only the other method's messages have.
    #[error("Only {} have “{name}”; it renders empty here, so remove it.", messages_of(*method))]
    ParameterElsewhere {
        /// The name as written.
        name: String,
        /// The method that has it.
        method: Method,
    },
    /// A parameter of something that does not exist here.
    #[error("Doorcode has no {thing}; “{name}” renders empty, so remove it.")]
    NoSuchThing {
        /// The name as written.
        name: String,
        /// What it would be a part of, in the plural.
        thing: String,
    },
    /// A filter that does not exist.
    #[error("There is no filter named “{name}”, so the value passes unchanged; {}.", advice(nearest))]
    UnknownFilter {
        /// The name as written.
        name: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// A duration in the text that is not how long a code lives.
    #[error("“{text}” contradicts OTP Expiry, which is {}; change one of them.", duration_in_words(*expiry))]
    OtherDuration {
        /// The duration as written.
        text: String,
        /// OTP Expiry in seconds.
        expiry: u32,
    },
    /// An address that begins with `http:`.
    #[error("This link is not encrypted; write https.")]
    NotHttps,
    /// A message with a link that does not show the code beside it.
    #[error("Mail scanners open links and so spend them; show the code too when a link is sent.")]
    LinkAlone,
    /// The application's name never appears.
    #[error("The application is not named, so users cannot tell who asks; insert the parameter application.name.")]
    NotNamed,
    /// The application's name does not appear for one language.
    #[error("The application is not named when the language is {language}; add application.name there.")]
    NotNamedFor {
        /// The language, or words for one that the template does not name.
        language: String,
    },
    /// The text of an SMS cannot be sent in GSM-7.
    #[error("The message is sent in UCS-2 because of {characters}: {cost}; {advice}.")]
    TurnsUcs2 {
        /// The characters.
        characters: String,
        /// What that costs.
        cost: String,
        /// What to write instead.
        advice: String,
    },
}

fn advice(nearest: &Option<String>) -> String {
    match nearest {
        Some(name) => ["write ", name].concat(),
        None => "correct its name or remove it".to_owned(),
    }
}

fn messages_of(method: Method) -> &'static str {
    match method {
        Method::Sms => "text messages",
        Method::Email => "emails",
    }
}
