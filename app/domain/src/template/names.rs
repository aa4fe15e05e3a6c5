//! Which parameters and which languages a template names.

use super::tree::{self, Chain, Item, Node, NodeKind, Operand, Operator, Root, Step};
use super::{Template, filters};

impl Template {
    /// Whether the template uses a parameter, or one of its parts; `name.*` stands for any part.
    pub fn mentions(&self, name: &str) -> bool {
        let name = name.strip_suffix(".*").unwrap_or(name);
        let mut found = false;
        let is_it = |path: &str| path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        tree::visit(&self.nodes, &mut |item| match item {
            Item::Macro(span) => found |= is_it(span.text(&self.source)),
            item => self.operands(&item, &mut |operand| found |= is_it(&self.path(operand))),
        });
        found
    }

    /// The languages that the template compares `request_language` with, in source order.
    pub fn languages(&self) -> Vec<String> {
        self.by_language().0
    }

    /// The languages, and the blocks that decide by them.
    pub(super) fn by_language(&self) -> (Vec<String>, Vec<&Node>) {
        // Variables may hold the language or a part of it.
        let mut names = vec!["request_language"];
        let mut languages: Vec<String> = Vec::new();
        let mut blocks = Vec::new();
        let mut block = None;
        tree::visit(&self.nodes, &mut |item| {
            if let Item::Node(node) = item {
                block = matches!(node.kind, NodeKind::Choice { .. } | NodeKind::Case { .. }).then_some(node);
                return;
            }
            let holds = self.uses(&item, &names);
            // What a block decides by comes right after it.
            blocks.extend(block.take().filter(|_| holds));
            let mut add = |operand: &Operand| {
                if let Root::Text(span) = operand.root {
                    let language = filters::unquote(span.text(&self.source));
                    if !language.is_empty() && !languages.contains(&language) {
                        languages.push(language);
                    }
                }
            };
            match item {
                Item::Assign(name, _) if holds => names.push(name.text(&self.source)),
                Item::Capture(name, body) => {
                    let mut inside = false;
                    tree::visit(body, &mut |item| inside |= self.uses(&item, &names));
                    if inside {
                        names.push(name.text(&self.source));
                    }
                }
                Item::Chain(chain) if holds => {
                    let joins = |operator| matches!(operator, Operator::And | Operator::Or);
                    let mut start = 0;
                    for end in 1..=chain.operands.len() {
                        if chain.operators.get(end - 1).copied().is_some_and(|next| !joins(next)) {
                            continue;
                        }
                        let group = chain.operands.get(start..end).unwrap_or_default();
                        if group.iter().any(|operand| self.is_named(operand, &names)) {
                            group.iter().for_each(&mut add);
                        }
                        start = end;
                    }
                }
                Item::Case(_, branches) if holds => {
                    branches.iter().flat_map(|branch| &branch.values).for_each(&mut add);
                }
                _ => {}
            }
        });
        (languages, blocks)
    }

    fn is_named(&self, operand: &Operand, names: &[&str]) -> bool {
        matches!(operand.root, Root::Variable(name) if names.contains(&name.text(&self.source)))
    }

    fn uses(&self, item: &Item<'_>, names: &[&str]) -> bool {
        let mut found = false;
        if let Item::Case(subject, _) = item {
            self.operands(&Item::Chain(subject), &mut |operand| {
                found |= self.is_named(operand, names);
            });
        } else {
            self.operands(item, &mut |operand| found |= self.is_named(operand, names));
        }
        found
    }

    /// Shows every operand of an item, also those within others.
    pub(super) fn operands(&self, item: &Item<'_>, see: &mut dyn FnMut(&Operand)) {
        match item {
            Item::Chain(chain) | Item::Assign(_, chain) => operands_of(chain, see),
            Item::Operand(operand) => operand_and_inner(operand, see),
            Item::Case(subject, branches) => {
                operands_of(subject, see);
                for value in branches.iter().flat_map(|branch| &branch.values) {
                    operand_and_inner(value, see);
                }
            }
            Item::Node(_) | Item::Macro(_) | Item::Capture(..) => {}
        }
    }

    /// The dotted path of an operand, as parameters are written, up to an index that is not a text.
    pub(super) fn path(&self, operand: &Operand) -> String {
        let mut path = String::new();
        if let Root::Variable(name) = operand.root {
            path.push_str(name.text(&self.source));
            for step in &operand.steps {
                let name = match step {
                    Step::Name(name) => name.text(&self.source).to_owned(),
                    Step::Index(Operand { root: Root::Text(span), .. }) => filters::unquote(span.text(&self.source)),
                    Step::Index(_) => break,
                };
                path.push('.');
                path.push_str(&name);
            }
        }
        path
    }
}

fn operands_of(chain: &Chain, see: &mut dyn FnMut(&Operand)) {
    for operand in &chain.operands {
        operand_and_inner(operand, see);
    }
    for argument in chain.filters.iter().flat_map(|filter| &filter.arguments) {
        operand_and_inner(&argument.value, see);
    }
}

fn operand_and_inner(operand: &Operand, see: &mut dyn FnMut(&Operand)) {
    see(operand);
    if let Root::Range(ends) = &operand.root {
        operand_and_inner(&ends.0, see);
        operand_and_inner(&ends.1, see);
    }
    for step in &operand.steps {
        if let Step::Index(index) = step {
            operand_and_inner(index, see);
        }
    }
}
