//! Reads what stands inside an output or a tag: values, comparisons, filters.

use super::diagnostics::Span;
use super::fault::Fault;
use super::filters::FilterName;
use super::lexer::is_word;
use super::numbers;
use super::tree::{Argument, Chain, Filter, Operand, Operator, Root, Step};

/// A fault and its place.
pub(super) type Problem = (Span, Fault);

// Brackets and ranges within each other; deeper ones could exhaust the stack.
const MAX_DEPTH: u8 = 16;

/// A place in the source that moves forward through one output or tag.
pub(super) struct Cursor<'s> {
    source: &'s str,
    at: usize,
    end: usize,
    depth: u8,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(source: &'s str, range: Span) -> Self {
        Self { source, at: range.start as usize, end: range.end as usize, depth: 0 }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..self.end).unwrap_or_default()
    }

    /// Skips white space and returns what follows.
    pub(super) fn ahead(&mut self) -> &'s str {
        let trimmed = self.rest().trim_start();
        self.at = self.end - trimmed.len();
        trimmed
    }

    pub(super) fn at_end(&mut self) -> bool {
        self.ahead().is_empty()
    }

    fn here(&mut self) -> Span {
        let length = self.ahead().chars().next().map_or(0, char::len_utf8);
        Span::new(self.at, self.at + length)
    }

    pub(super) fn fail<T>(&mut self, fault: Fault) -> Result<T, Problem> {
        Err((self.here(), fault))
    }

    /// Skips a sign if it comes next.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let found = self.ahead().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    /// Refuses anything that is left.
    pub(super) fn finish(&mut self) -> Result<(), Problem> {
        let rest = self.ahead();
        if rest.is_empty() {
            return Ok(());
        }
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let text: String = rest[..length].chars().take(20).collect();
        Err((Span::new(self.at, self.at + length), Fault::NotExpected { text }))
    }

    /// Reads a name, if one comes next.
    pub(super) fn word(&mut self) -> Option<Span> {
        let rest = self.ahead();
        let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let span = Span::new(self.at, self.at + length);
        self.at += length;
        (length > 0).then_some(span)
    }

    pub(super) fn name(&mut self) -> Result<Span, Problem> {
        match self.word() {
            Some(span) => Ok(span),
            None => self.fail(Fault::NameExpected),
        }
    }

    /// Skips a word if exactly it comes next.
    pub(super) fn keyword(&mut self, wanted: &str) -> bool {
        let before = self.at;
        let found = self.word().is_some_and(|span| span.text(self.source) == wanted);
        if !found {
            self.at = before;
        }
        found
    }

    /// Reads an expression and its filters.
    pub(super) fn chain(&mut self) -> Result<Chain, Problem> {
        self.ahead();
        let start = self.at;
        let mut operands = Vec::new();
        let mut operators = Vec::new();
        loop {
            let before = self.at;
            let mut negated = self.keyword("not");
            if negated && self.value_is_missing() {
                // Then it is a variable of that name.
                self.at = before;
                negated = false;
            }
            let mut operand = self.value()?;
            operand.negated = negated;
            operands.push(operand);
            match self.operator() {
                Some(operator) => operators.push(operator),
                None => break,
            }
        }
        let mut end = operands.last().map_or(start as u32, |operand| operand.span.end);
        let mut filters = Vec::new();
        while self.take("|") {
            let filter = self.filter()?;
            end = filter.span.end;
            filters.push(filter);
        }
        Ok(Chain { span: Span { start: start as u32, end }, operands, operators, filters })
    }

    fn value_is_missing(&mut self) -> bool {
        let next = self.ahead();
        !next.starts_with(['"', '\'', '(']) && !next.starts_with(is_word)
    }

    fn operator(&mut self) -> Option<Operator> {
        let signs = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            (">=", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            ("<", Operator::Less),
        ];
        for (sign, operator) in signs {
            if self.take(sign) {
                return Some(operator);
            }
        }
        let words = [("and", Operator::And), ("or", Operator::Or), ("contains", Operator::Contains)];
        for (word, operator) in words {
            if self.keyword(word) {
                return Some(operator);
            }
        }
        None
    }

    fn filter(&mut self) -> Result<Filter, Problem> {
        let Some(name) = self.word() else {
            return self.fail(Fault::FilterNameExpected);
        };
        let mut span = name;
        let mut arguments = Vec::new();
        if self.take(":") {
            loop {
                let value = self.value()?;
                let mut argument = Argument { name: None, value };
                if let Root::Variable(name) = argument.value.root
                    && argument.value.steps.is_empty()
                    && self.take(":")
                {
                    argument = Argument { name: Some(name), value: self.value()? };
                }
                span.end = argument.value.span.end;
                arguments.push(argument);
                if !self.take(",") {
                    break;
                }
            }
        }
        let known = FilterName::find(name.text(self.source));
        Ok(Filter { span, name, known, arguments })
    }

    /// Reads one value with its steps.
    pub(super) fn value(&mut self) -> Result<Operand, Problem> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.fail(Fault::NestedTooDeep);
        }
        let next = self.ahead();
        let start = self.at;
        let root = if next.starts_with(['"', '\'']) {
            Root::Text(self.quoted()?)
        } else if next.starts_with('(') {
            self.range()?
        } else if let Some((number, length)) = number_at(next) {
            self.at += length;
            Root::Number(number)
        } else {
            let Some(word) = self.word() else {
                return self.fail(Fault::ValueExpected);
            };
            match word.text(self.source) {
                "true" => Root::Bool(true),
                "false" => Root::Bool(false),
                "nil" | "null" => Root::Nil,
                "empty" => Root::Empty,
                "blank" => Root::Blank,
                _ => Root::Variable(word),
            }
        };
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with('.') && !rest.starts_with("..") {
                self.at += 1;
                if !self.rest().starts_with(is_word) {
                    return self.fail(Fault::NameExpected);
                }
                steps.push(Step::Name(self.name()?));
            } else if rest.starts_with('[') {
                self.at += 1;
                steps.push(Step::Index(self.value()?));
                if !self.take("]") {
                    return self.fail(Fault::BracketNotClosed);
                }
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(Operand { span: Span::new(start, self.at), negated: false, root, steps })
    }

    /// Reads a text in quotes.
    pub(super) fn quoted(&mut self) -> Result<Span, Problem> {
        let start = self.at;
        let bytes = self.rest().as_bytes();
        let mut at = 1;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            if *byte == bytes[0] {
                self.at = start + at;
                return Ok(Span::new(start, self.at));
            }
            if *byte == b'\\' {
                at += 1;
            }
        }
        Err((Span::new(start, self.end), Fault::QuoteNotClosed))
    }

    fn range(&mut self) -> Result<Root, Problem> {
        let start = self.at;
        self.at += 1;
        let from = self.value()?;
        if !self.take("..") {
            return Err((Span::new(start, self.at), Fault::NotARange));
        }
        let to = self.value()?;
        if !self.take(")") {
            return Err((Span::new(start, self.at), Fault::NotARange));
        }
        Ok(Root::Range(Box::new((from, to))))
    }
}

/// Reads a number that is not the beginning of a name.
fn number_at(text: &str) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut digits = false;
    let mut point = false;
    loop {
        match bytes.get(at) {
            Some(byte) if byte.is_ascii_digit() => digits = true,
            Some(b'.') if bytes.get(at + 1) != Some(&b'.') => {
                if point || !digits {
                    return None;
                }
                point = true;
            }
            _ => break,
        }
        at += 1;
    }
    if !digits || text[at..].starts_with(is_word) {
        return None;
    }
    Some((numbers::parse(&text[..at])?, at))
}
