//! A request before it is written in a language: what is fixed, and what the reader fills in.

/// A request with the method POST.
pub(super) struct Call {
    /// Where it goes.
    pub(super) url: String,
    /// What it carries.
    pub(super) body: Body,
    /// Who signs in with HTTP Basic, with the client secret as the password.
    pub(super) basic: Option<String>,
}

/// What a request carries, and how.
pub(super) enum Body {
    /// An object as JSON.
    Json(Vec<(&'static str, Value)>),
    /// A form.
    Form(Vec<(&'static str, Value)>),
}

/// The value of a field.
pub(super) enum Value {
    /// As it stands.
    Text(String),
    /// What the reader fills in.
    Fill(Variable),
    /// An object in an object.
    Object(Vec<(&'static str, Self)>),
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// What the reader fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    /// Its name in a shell.
    pub(super) shell: &'static str,
    /// What JavaScript calls it.
    pub(super) script: &'static str,
    /// What stands there until then.
    pub(super) sample: String,
    /// Whether JavaScript has to be told as well.
    pub(super) declared: bool,
}

impl Variable {
    /// One that is set at the top, in a shell and in JavaScript.
    pub(super) fn sample(shell: &'static str, script: &'static str, sample: &str) -> Self {
        Self { shell, script, sample: sample.to_owned(), declared: true }
    }

    /// One that JavaScript finds out by itself.
    pub(super) fn known(shell: &'static str, script: &'static str, sample: &str) -> Self {
        Self { shell, script, sample: sample.to_owned(), declared: false }
    }

    /// The client secret, which nobody can show: only its hash is stored.
    pub(super) fn secret() -> Self {
        Self::known("CLIENT_SECRET", "process.env.CLIENT_SECRET", "…")
    }
}

impl Call {
    /// What the reader fills in, each once, in the order of the request.
    pub(super) fn variables(&self) -> Vec<Variable> {
        let mut found = Vec::new();
        let fields = match &self.body {
            Body::Json(fields) | Body::Form(fields) => fields,
        };
        gather(fields, &mut found);
        if self.basic.is_some() {
            found.push(Variable::secret());
        }
        found
    }
}

fn gather(fields: &[(&'static str, Value)], found: &mut Vec<Variable>) {
    for (_, value) in fields {
        match value {
            Value::Text(_) => {}
            Value::Fill(variable) if found.contains(variable) => {}
            Value::Fill(variable) => found.push(variable.clone()),
            Value::Object(fields) => gather(fields, found),
        }
    }
}
