//! The syntax tree of a template. Names and texts are spans of the source; nothing is copied.

use super::diagnostics::Span;
use super::filters::FilterName;

/// One piece of a template, in source order.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// From the first byte to the last, a block including its end tag; text without what `-` trims.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text that is sent as written.
    Text,
    /// `@@name@@`.
    Macro {
        /// The name between the signs, without white space.
        name: Span,
    },
    /// `{{ … }}`.
    Output(Chain),
    /// `{% raw %}`.
    Raw {
        /// What stands between the tags, sent as written.
        body: Span,
    },
    /// `{% comment %}`.
    Comment,
    /// `{% assign %}`.
    Assign {
        /// The variable.
        name: Span,
        /// What it is set to.
        value: Chain,
    },
    /// `{% capture %}`.
    Capture {
        /// The variable.
        name: Span,
        /// What is rendered into it.
        body: Vec<Node>,
    },
    /// `{% if %}` or `{% unless %}`.
    Choice {
        /// The branches; the first that holds is rendered.
        branches: Vec<Branch>,
        /// What is rendered when none holds.
        otherwise: Vec<Node>,
    },
    /// `{% case %}`.
    Case {
        /// What is compared.
        subject: Chain,
        /// The branches; every one that matches is rendered, as in LiquidJS.
        branches: Vec<When>,
        /// What is rendered when none matches.
        otherwise: Vec<Node>,
    },
    /// `{% for %}` or `{% tablerow %}`.
    Loop(Box<Loop>),
    /// `{% cycle %}`.
    Cycle {
        /// The name of the group, if any.
        group: Option<Operand>,
        /// The values taken in turn.
        values: Vec<Chain>,
    },
    /// `{% increment %}` or `{% decrement %}`.
    Count {
        /// The counter.
        name: Span,
        /// Whether it counts down.
        down: bool,
    },
    /// `{% break %}`.
    Break,
    /// `{% continue %}`.
    Continue,
    /// What could not be understood.
    Hole,
}

/// One branch of a choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The tag that opens the branch.
    pub span: Span,
    /// The condition; none if it could not be understood.
    pub test: Option<Chain>,
    /// Whether the condition must not hold (`unless`).
    pub negated: bool,
    /// What is rendered.
    pub body: Vec<Node>,
}

/// One branch of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// The tag that opens the branch.
    pub span: Span,
    /// The values of which one must equal the subject.
    pub values: Vec<Operand>,
    /// What is rendered.
    pub body: Vec<Node>,
}

/// A loop over a list, an object or a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// Whether it writes table rows and cells (`tablerow`).
    pub table: bool,
    /// The variable that holds the item.
    pub variable: Span,
    /// What is looped over.
    pub collection: Operand,
    /// The first items that are left out.
    pub offset: Option<Operand>,
    /// How many items at most.
    pub limit: Option<Operand>,
    /// Cells in a row of a `tablerow`.
    pub columns: Option<Operand>,
    /// Whether the last item comes first.
    pub reversed: bool,
    /// What is rendered for each item.
    pub body: Vec<Node>,
    /// What is rendered when there is no item.
    pub otherwise: Vec<Node>,
}

/// An expression and the filters that its value passes.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// From the expression to the last filter.
    pub span: Span,
    /// The operands; there is one more than there are operators.
    pub operands: Vec<Operand>,
    /// The operators between them; comparisons bind tighter, and all group to the right.
    pub operators: Vec<Operator>,
    /// The filters, first one first.
    pub filters: Vec<Filter>,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Contains,
    And,
    Or,
}

/// One value as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// The value with its steps, without a `not`.
    pub span: Span,
    /// Whether `not` stands before it; it negates the comparison that begins here.
    pub negated: bool,
    /// Where it begins.
    pub root: Root,
    /// The properties and indexes that follow.
    pub steps: Vec<Step>,
}

/// Where a value begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Root {
    /// A variable or parameter, by name.
    Variable(Span),
    /// A text in quotes; the span includes them.
    Text(Span),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `nil` or `null`.
    Nil,
    /// `empty`.
    Empty,
    /// `blank`.
    Blank,
    /// `(from..to)`.
    Range(Box<(Operand, Operand)>),
}

/// A step from a value to one of its parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `.name`.
    Name(Span),
    /// `[value]`.
    Index(Operand),
}

/// One filter of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// From its name to its last argument.
    pub span: Span,
    /// Its name as written.
    pub name: Span,
    /// Which one it is; an unknown one changes nothing, as in LiquidJS.
    pub known: Option<FilterName>,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// One argument of a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The name before the colon, if any.
    pub name: Option<Span>,
    /// The value.
    pub value: Operand,
}

/// What [`visit`] meets on its way.
pub(super) enum Item<'t> {
    /// Every node, before what it holds.
    Node(&'t Node),
    Macro(Span),
    Chain(&'t Chain),
    Operand(&'t Operand),
    Assign(Span, &'t Chain),
    Capture(Span, &'t [Node]),
    Case(&'t Chain, &'t [When]),
}

/// Walks the tree in source order and shows every node and everything that names a parameter.
pub(super) fn visit<'t>(nodes: &'t [Node], see: &mut dyn FnMut(Item<'t>)) {
    for node in nodes {
        see(Item::Node(node));
        match &node.kind {
            NodeKind::Macro { name } => see(Item::Macro(*name)),
            NodeKind::Output(chain) => see(Item::Chain(chain)),
            NodeKind::Assign { name, value } => see(Item::Assign(*name, value)),
            NodeKind::Capture { name, body } => {
                visit(body, see);
                see(Item::Capture(*name, body));
            }
            NodeKind::Choice { branches, otherwise } => {
                for branch in branches {
                    if let Some(test) = &branch.test {
                        see(Item::Chain(test));
                    }
                    visit(&branch.body, see);
                }
                visit(otherwise, see);
            }
            NodeKind::Case { subject, branches, otherwise } => {
                see(Item::Case(subject, branches));
                for branch in branches {
                    visit(&branch.body, see);
                }
                visit(otherwise, see);
            }
            NodeKind::Loop(node) => {
                see(Item::Operand(&node.collection));
                for operand in [&node.offset, &node.limit, &node.columns].into_iter().flatten() {
                    see(Item::Operand(operand));
                }
                visit(&node.body, see);
                visit(&node.otherwise, see);
            }
            NodeKind::Cycle { group, values } => {
                if let Some(group) = group {
                    see(Item::Operand(group));
                }
                for value in values {
                    see(Item::Chain(value));
                }
            }
            NodeKind::Text
            | NodeKind::Raw { .. }
            | NodeKind::Comment
            | NodeKind::Count { .. }
            | NodeKind::Break
            | NodeKind::Continue
            | NodeKind::Hole => {}
        }
    }
}
