//! A mail server for one test: plain, with STARTTLS or with TLS from the first byte, with the habits that the test gives it.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio_rustls::TlsAcceptor;

use super::stand_in::listen;

/// The name that the certificate is for.
pub const HOST: &str = "mail.test";
pub const USER: &str = "doorcode@acme.example";
pub const PASSWORD: &str = "pässword & more";

/// How the server behaves.
#[derive(Clone, Copy)]
pub struct Habits {
    /// Speaks TLS from the first byte.
    pub wrapped: bool,
    /// Offers STARTTLS.
    pub starttls: bool,
    /// What is said in the same breath as the answer to STARTTLS.
    pub slipped_in: &'static str,
    /// The ways to sign in that are offered.
    pub mechanisms: &'static str,
    /// The beginning of a command, and what is answered to it instead; an empty answer is none at all.
    pub answers: &'static [(&'static str, &'static str)],
    /// After how many messages the server has had enough of a connection.
    pub enough: usize,
}

/// A message as it came in.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    pub encrypted: bool,
    pub signed_in: bool,
}

#[derive(Default)]
pub struct Seen {
    pub connections: usize,
    pub commands: Vec<String>,
    pub messages: Vec<Received>,
}

pub struct MailServer {
    pub port: u16,
    /// The certificate, as DER.
    pub certificate: Vec<u8>,
    seen: Arc<Mutex<Seen>>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl MailServer {
    pub async fn start(edit: impl FnOnce(&mut Habits)) -> Self {
        let mut habits = Habits {
            wrapped: false,
            starttls: true,
            slipped_in: "",
            mechanisms: "PLAIN LOGIN",
            answers: &[],
            enough: usize::MAX,
        };
        edit(&mut habits);
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        let certificate = made.cert.der().to_vec();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone().into()], key)
            .expect("a certificate with its key");
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let noted = Arc::clone(&seen);
        let port = listen(move |stream| {
            let session = Session { habits, acceptor: acceptor.clone(), seen: Arc::clone(&noted) };
            async move {
                session.seen.lock().expect("unpoisoned").connections += 1;
                // A client that goes away ends its session.
                let _ = session.serve(Box::new(stream)).await;
            }
        })
        .await;
        Self { port, certificate, seen }
    }

    pub fn messages(&self) -> Vec<Received> {
        self.seen.lock().expect("unpoisoned").messages.clone()
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().expect("unpoisoned").connections
    }

    /// Whether a command that begins so was given.
    pub fn heard(&self, command: &str) -> bool {
        self.seen.lock().expect("unpoisoned").commands.iter().any(|heard| heard.starts_with(command))
    }
}

struct Session {
    habits: Habits,
    acceptor: TlsAcceptor,
    seen: Arc<Mutex<Seen>>,
}

impl Session {
    async fn serve(&self, stream: Box<dyn Stream>) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut encrypted = self.habits.wrapped;
        if encrypted {
            stream = BufReader::new(Box::new(self.acceptor.accept(stream.into_inner()).await?));
        }
        let (mut signed_in, mut from, mut to, mut taken) = (false, String::new(), Vec::new(), 0);
        if !self.say(&mut stream, "", "220 mail.test ready").await? {
            return Ok(());
        }
        loop {
            let Some(command) = line(&mut stream).await? else { return Ok(()) };
            self.seen.lock().expect("unpoisoned").commands.push(command.clone());
            let verb = command.split(' ').next().unwrap_or_default().to_uppercase();
            if verb == "MAIL" && taken >= self.habits.enough {
                self.say(&mut stream, "", "421 enough").await?;
                return Ok(());
            }
            let offered = if encrypted || !self.habits.starttls { "" } else { "250-STARTTLS\r\n" };
            let answer = match verb.as_str() {
                "EHLO" => format!("250-mail.test\r\n{offered}250-AUTH {}\r\n250 HELP", self.habits.mechanisms),
                "STARTTLS" => format!("220 go ahead{}", self.habits.slipped_in),
                "AUTH" => match self.sign_in(&mut stream, &command).await? {
                    true => "235 welcome".to_owned(),
                    false => "535 5.7.8 no such user doorcode@acme.example".to_owned(),
                },
                "DATA" => "354 go on".to_owned(),
                "QUIT" => "221 bye".to_owned(),
                _ => "250 fine".to_owned(),
            };
            signed_in |= answer.starts_with("235");
            if !self.say(&mut stream, &command, &answer).await? {
                continue;
            }
            match verb.as_str() {
                "STARTTLS" => {
                    stream = BufReader::new(Box::new(self.acceptor.accept(stream.into_inner()).await?));
                    encrypted = true;
                }
                "MAIL" => {
                    from = command;
                    to.clear();
                }
                "RCPT" => to.push(command),
                "DATA" => {
                    let data = text(&mut stream).await?;
                    if self.say(&mut stream, "(text)", "250 queued").await? {
                        let (from, to) = (from.clone(), to.clone());
                        let message = Received { from, to, data, encrypted, signed_in };
                        self.seen.lock().expect("unpoisoned").messages.push(message);
                        taken += 1;
                    }
                }
                "QUIT" => return Ok(()),
                _ => {}
            }
        }
    }

    /// Answers a command and says whether it was carried out.
    async fn say(&self, stream: &mut BufReader<Box<dyn Stream>>, command: &str, answer: &str) -> std::io::Result<bool> {
        let instead = self.habits.answers.iter().find(|(begins, _)| match *begins {
            "(greeting)" => command.is_empty() && answer.starts_with("220"),
            begins => !command.is_empty() && command.starts_with(begins),
        });
        match instead {
            Some((_, "")) => std::future::pending().await,
            Some((_, "(close)")) => Err(std::io::ErrorKind::ConnectionAborted.into()),
            _ => {
                let said = format!("{}\r\n", instead.map_or(answer, |(_, instead)| instead));
                stream.get_mut().write_all(said.as_bytes()).await?;
                stream.get_mut().flush().await?;
                Ok(instead.is_none())
            }
        }
    }

    async fn sign_in(&self, stream: &mut BufReader<Box<dyn Stream>>, command: &str) -> std::io::Result<bool> {
        let decode = |text: &str| String::from_utf8(STANDARD.decode(text.trim()).expect("base64")).expect("UTF-8");
        if let Some(initial) = command.strip_prefix("AUTH PLAIN ") {
            return Ok(decode(initial) == format!("\0{USER}\0{PASSWORD}"));
        }
        let mut answers = Vec::new();
        for question in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] {
            self.say(stream, "", question).await?;
            answers.push(decode(&line(stream).await?.unwrap_or_default()));
        }
        Ok(answers == [USER, PASSWORD])
    }
}

async fn line(stream: &mut BufReader<Box<dyn Stream>>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end().to_owned()))
}

/// The text of a message, without the dots that were doubled on the way.
async fn text(stream: &mut BufReader<Box<dyn Stream>>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
