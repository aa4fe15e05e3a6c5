//! The parameters of an authorization request, from a query, a form, or what a sign-in link keeps.

use std::collections::BTreeSet;

use serde_json::Value;
use url::form_urlencoded;

/// Names and values as they came; a parameter without a value counts as absent (RFC 6749, section 3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query or the body of a form.
    pub fn parse(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Reads a JSON object of texts, numbers and truths; what else is in it says nothing to a sign-in.
    pub fn of_object(json: &str) -> Self {
        let Ok(Value::Object(object)) = serde_json::from_str(json) else { return Self::default() };
        let pairs = object.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(_) | Value::Bool(_) => Some((name, value.to_string())),
            _ => None,
        });
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The first value of a parameter.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that came once; one that came twice says nothing that could be relied on.
    pub fn only(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let value = values.next()?;
        values.next().is_none().then_some(value.1.as_str())
    }

    /// A parameter that came more than once; only `resource` may (RFC 8707, section 2).
    pub fn repeated(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| !seen.insert(*name) && *name != "resource")
    }

    /// Everything, in the order that it came in.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As a query, with a parameter set to another value, or left out.
    pub fn query_with(&self, name: &str, value: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs().filter(|(key, _)| *key != name));
        if let Some(value) = value {
            query.append_pair(name, value);
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_twice_is_found() {
        let parameters = Parameters::parse(b"a=1&b=2&a=3&resource=x&resource=y&c=&c=4");
        assert_eq!(parameters.repeated(), Some("a"));
        assert_eq!((parameters.value("a"), parameters.only("a")), (Some("1"), None));
        assert_eq!((parameters.only("b"), parameters.only("c"), parameters.value("d")), (Some("2"), Some("4"), None));
        assert_eq!(Parameters::parse(b"resource=x&resource=y").repeated(), None);
    }

    #[test]
    fn an_object_gives_what_is_text_or_can_be() {
        let parameters = Parameters::of_object(r#"{"scope":"openid","max_age":3,"x":{"y":1},"state":null,"nonce":""}"#);
        assert_eq!(parameters.pairs().collect::<Vec<_>>(), [("max_age", "3"), ("scope", "openid")]);
        assert_eq!(Parameters::of_object("[]"), Parameters::default());
    }

    #[test]
    fn a_query_is_written_with_one_parameter_changed() {
        let parameters = Parameters::parse(b"state=a%26b&connection=sms");
        assert_eq!(parameters.query_with("connection", Some("email")), "state=a%26b&connection=email");
        assert_eq!(parameters.query_with("connection", None), "state=a%26b");
    }
}
