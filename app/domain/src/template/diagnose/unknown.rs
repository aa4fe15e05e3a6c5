//! Names that stand for nothing, with the name that was probably meant.

use super::nearest::{nearest, slips};
use super::{Findings, MAX_FINDINGS};
use crate::connection::Method;
use crate::template::diagnostics::{Fix, Span};
use crate::template::fault::Fault;
use crate::template::filters::FILTERS;
use crate::template::tree::{self, Chain, Item, NodeKind, Operand, Root, Step};
use crate::template::values::parameters;

/// Names that other products and other templates use.
static ALIASES: [(&str, &str); 5] = [
    ("code", "otp pin passcode verification_code token"),
    ("application.name", "app.name client.name app_name application_name client_name"),
    ("phone_number", "phone phoneNumber user.phone_number"),
    ("request_language", "lang language locale"),
    ("link", "url magic_link"),
];

/// Finds parameters and filters that do not exist.
pub(super) fn check(findings: &mut Findings<'_>) {
    let template = findings.template;
    let source = findings.source();
    let variables = variables(findings);
    let limit = findings.list.len() + MAX_FINDINGS;
    tree::visit(template.tree(), &mut |item| {
        if findings.list.len() >= limit {
            return;
        }
        match item {
            Item::Macro(name) => parameter(findings, name, name.text(source), true, true, &[]),
            Item::Node(node) => {
                if let NodeKind::Output(Chain { operands, filters, .. }) = &node.kind
                    && let ([operand], true) = (operands.as_slice(), filters.is_empty())
                {
                    // What holds parts but has no text of its own.
                    let path = template.path(operand);
                    if is_known(findings.about.method(), &path, false) {
                        parameter(findings, operand.span, &path, true, is_plain(operand), &variables);
                    }
                }
            }
            item => {
                template.operands(&item, &mut |operand| {
                    if matches!(operand.root, Root::Variable(_)) {
                        let path = template.path(operand);
                        parameter(findings, operand.span, &path, false, is_plain(operand), &variables);
                    }
                });
                if let Item::Chain(chain) | Item::Assign(_, chain) | Item::Case(chain, _) = item {
                    filters(findings, chain);
                }
            }
        }
    });
}

/// Whether the path says all of an operand.
fn is_plain(operand: &Operand) -> bool {
    !operand.steps.iter().any(|step| matches!(step, Step::Index(index) if !matches!(index.root, Root::Text(_))))
}

/// Every name that the template itself gives a value.
fn variables<'t>(findings: &Findings<'t>) -> Vec<&'t str> {
    let mut names = vec!["forloop", "tablerowloop"];
    let source = findings.source();
    tree::visit(findings.template.tree(), &mut |item| {
        let Item::Node(node) = item else { return };
        let name = match &node.kind {
            NodeKind::Assign { name, .. } | NodeKind::Capture { name, .. } | NodeKind::Count { name, .. } => *name,
            NodeKind::Loop(node) => node.variable,
            _ => return,
        };
        let name = name.text(source);
        if !names.contains(&name) {
            names.push(name);
        }
    });
    names
}

/// Whether a method has a parameter of this path; `whole` leaves out what only holds others.
fn is_known(method: Method, path: &str, whole: bool) -> bool {
    parameters(method).iter().any(|parameter| {
        let name = parameter.name;
        if let Some(rest) = path.strip_prefix(name.trim_end_matches('*')) {
            return rest.is_empty() || rest == ".size" || name.ends_with('*');
        }
        !whole && name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
    })
}

fn parameter(findings: &mut Findings<'_>, span: Span, path: &str, whole: bool, fixable: bool, variables: &[&str]) {
    let method = findings.about.method();
    let root = path.split('.').next().unwrap_or_default();
    if variables.contains(&root) || is_known(method, path, whole) {
        return;
    }
    let name = path.to_owned();
    let thing = match root {
        "organization" => "organizations",
        "custom_domain" => "custom domains",
        _ => "",
    };
    if !thing.is_empty() {
        return findings.warning(span, Fault::NoSuchThing { name, thing: thing.to_owned() }, None);
    }
    let other = if method == Method::Sms { Method::Email } else { Method::Sms };
    if is_known(other, path, whole) {
        return findings.warning(span, Fault::ParameterElsewhere { name, method: other }, None);
    }
    let is_alias = |names: &str| names.split(' ').any(|alias| alias.eq_ignore_ascii_case(path));
    let alias = ALIASES.iter().find(|row| is_alias(row.1) && is_known(method, row.0, true));
    let meant = match alias {
        Some((name, _)) => Some(*name),
        None => {
            let mut names = Vec::new();
            names.extend(parameters(method).iter().map(|row| row.name).filter(|name| !name.ends_with('*')));
            // The first two are names of loops.
            names.extend_from_slice(variables.get(2..).unwrap_or_default());
            nearest(path, &names, slips(path))
        }
    };
    let fix = meant.filter(|_| fixable).map(|name| Fix::write(span, name));
    findings.warning(span, Fault::UnknownParameter { name, nearest: meant.map(str::to_owned) }, fix);
}

fn filters(findings: &mut Findings<'_>, chain: &Chain) {
    let source = findings.source();
    for filter in chain.filters.iter().filter(|filter| filter.known.is_none()) {
        let name = filter.name.text(source);
        let mut names = Vec::with_capacity(FILTERS.len());
        names.extend(FILTERS.iter().map(|row| row.0));
        let meant = nearest(name, &names, slips(name));
        let fault = Fault::UnknownFilter { name: name.to_owned(), nearest: meant.map(str::to_owned) };
        findings.warning(filter.name, fault, meant.map(|meant| Fix::write(filter.name, meant)));
    }
}
