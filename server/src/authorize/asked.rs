//! What an application asks for when it sends a user, and which ways in it has for that user now.

use axum::response::Response;
use domain::application::Application;
use domain::connection::Method;
use domain::recipient::Recipient;

use super::page::{Look, told};
use super::parameters::Parameters;
use super::request::{AuthorizationRequest, ErrorCode, Fault, Source, Told};
use super::visit::Visit;
use super::{PATH, answer};

/// The longest query that is read.
const MAX_QUERY: usize = 16_384;

/// The parameter by which a user chooses another way in; it is none of the application's.
const METHOD: &str = "method";

/// A request that can be followed.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks.
    pub application: Application,
    /// How its pages look.
    pub look: Look,
    /// What for.
    pub request: AuthorizationRequest,
    /// The way in.
    pub method: Method,
    parameters: Parameters,
    ways: Vec<Method>,
}

impl Asked {
    /// Reads a request to `/authorize`; one that cannot be followed is answered.
    pub async fn read(visit: &Visit, query: &str) -> Result<Self, Response> {
        let parameters = Parameters::parse(query.as_bytes());
        let (application, look) = find(visit, query, &parameters).await?;
        let request = match AuthorizationRequest::read(&parameters, &application, Source::Browser) {
            Ok(request) => request,
            Err(fault) => return Err(fault_answer(visit, &look, &fault)),
        };
        let ways = match ways(visit, &application, request.connection).await? {
            Ok(ways) => ways,
            Err((error, words)) => return Err(fault_answer(visit, &look, &request.back.refuse(error, words))),
        };
        let chosen = parameters.only(METHOD).and_then(|method| method.parse().ok());
        let hinted = Recipient::looked_for(&request.login_hint).ok().map(|recipient| recipient.method());
        let method = [chosen, hinted].into_iter().flatten().find(|method| ways.contains(method));
        // There is at least one way in.
        let method = method.or(ways.first().copied()).unwrap_or(Method::Email);
        Ok(Self { application, look, request, method, parameters, ways })
    }

    /// The answer where it cannot go on by this way, because that is closed by now.
    pub fn closed(&self, visit: &Visit, method: Method) -> Option<Response> {
        if self.ways.contains(&method) {
            return None;
        }
        let words = format!("The connection {} is no longer available to this application.", method.as_str());
        Some(fault_answer(visit, &self.look, &self.request.back.refuse(ErrorCode::AccessDenied, words)))
    }

    /// The query of this request with a way in.
    pub fn query(&self, method: Method) -> String {
        self.parameters.query_with(METHOD, (self.ways.len() > 1).then_some(method.as_str()))
    }

    /// The page of this request with a way in.
    pub fn address(&self, method: Method) -> String {
        [PATH, "?", &self.query(method)].concat()
    }

    /// The other way in, where the application leaves it open.
    pub fn other(&self) -> Option<Method> {
        self.ways.iter().copied().find(|way| *way != self.method)
    }

    /// Who is probably signing in, as the field shows it.
    pub fn hint(&self) -> String {
        match Recipient::looked_for(&self.request.login_hint) {
            Ok(recipient) if recipient.method() == self.method => recipient.expose().to_owned(),
            _ => String::new(),
        }
    }
}

/// The application of a request.
pub async fn find(visit: &Visit, query: &str, parameters: &Parameters) -> Result<(Application, Look), Response> {
    let failed = |error| visit.failed(error);
    let found = match parameters.only("client_id") {
        Some(client_id) if query.len() <= MAX_QUERY => {
            visit.state.backend.applications().find(client_id).await.map_err(failed)?
        }
        _ => None,
    };
    let look = Look::load(&visit.state, &visit.caller, found.as_ref()).await.map_err(failed)?;
    match found {
        Some(application) => Ok((application, look)),
        None if query.len() > MAX_QUERY => Err(told(&look, Told::TooLong)),
        None => Err(told(&look, Told::UnknownApplication)),
    }
}

/// Tells a fault, on a page or to the application.
pub fn fault_answer(visit: &Visit, look: &Look, fault: &Fault) -> Response {
    match fault {
        Fault::Told(what) => told(look, *what),
        Fault::Returned(refusal) => answer::refuse(look, &visit.nonce, refusal),
    }
}

/// The ways in that are open to this application now, or why there are none.
pub async fn ways(
    visit: &Visit,
    application: &Application,
    wanted: Option<Method>,
) -> Result<Result<Vec<Method>, (ErrorCode, String)>, Response> {
    let (mut open, mut on) = (Vec::new(), false);
    for method in Method::ALL.into_iter().filter(|method| wanted.is_none_or(|wanted| wanted == *method)) {
        let rules = visit.state.backend.sign_in().rules(method, &application.client_id).await;
        let rules = rules.map_err(|error| visit.failed(error))?;
        on |= rules.on;
        if rules.on && rules.enabled {
            open.push(method);
        }
    }
    let name = wanted.map_or("", Method::as_str);
    Ok(match (open.is_empty(), wanted, on) {
        (false, ..) => Ok(open),
        (true, Some(_), false) => Err((ErrorCode::AccessDenied, format!("The connection {name} is disabled."))),
        (true, Some(_), true) => {
            let words = format!("The connection {name} is not enabled for this application.");
            Err((ErrorCode::UnauthorizedClient, words))
        }
        (true, None, false) => Err((ErrorCode::AccessDenied, "Every connection is disabled.".to_owned())),
        (true, None, true) => {
            Err((ErrorCode::UnauthorizedClient, "No connection is enabled for this application.".to_owned()))
        }
    })
}
