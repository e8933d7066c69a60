//! A client of SMTP without manners of its own: it says what it is told, over TLS of any kind.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::certs::Credentials;

pub struct Client<S> {
    pub stream: S,
}

pub type Secure = Client<TlsStream<TcpStream>>;

/// How a client makes TLS.
pub struct Tls<'a> {
    /// Whom it trusts, in PEM.
    pub ca: &'a str,
    pub versions: &'a [&'static SupportedProtocolVersion],
    /// What it shows when it is asked.
    pub shows: Option<Shown>,
}

/// A certificate to show, though the key may be another's.
pub struct Shown(pub Arc<CertifiedKey>);

impl Shown {
    pub fn of(credentials: &Credentials) -> Self {
        Self::with_key_of(credentials, credentials)
    }

    pub fn with_key_of(shown: &Credentials, signs: &Credentials) -> Self {
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&signs.private_key()).unwrap();
        Self(Arc::new(CertifiedKey::new(shown.chain.clone(), key)))
    }
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl rustls::client::ResolvesClientCert for Always {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

pub const ALL: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

/// A connection that was greeted, or what was said in place of it.
pub async fn connect(address: SocketAddr) -> Result<Client<TcpStream>, u16> {
    let mut client = Client { stream: TcpStream::connect(address).await.map_err(|_| 0_u16)? };
    match client.answer().await {
        Some((220, _)) => Ok(client),
        other => Err(other.map_or(0, |(code, _)| code)),
    }
}

/// The same inside TLS, before EHLO.
pub async fn secure(address: SocketAddr, tls: &Tls<'_>) -> Result<Secure, String> {
    let mut client = connect(address).await.map_err(|code| code.to_string())?;
    match client.try_ask("STARTTLS").await {
        Some((220, _)) => {}
        other => return Err(format!("{other:?}")),
    }
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(tls.ca.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(tls.versions)
        .unwrap()
        .with_root_certificates(roots);
    let config = match &tls.shows {
        Some(shown) => config.with_client_cert_resolver(Arc::new(Always(Arc::clone(&shown.0)))),
        None => config.with_no_client_auth(),
    };
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, client.stream).await;
    stream.map(|stream| Client { stream }).map_err(|error| error.to_string())
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next whole answer, or `None` where the server closed the connection.
    pub async fn answer(&mut self) -> Option<(u16, String)> {
        let mut text = String::new();
        loop {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                line.push(self.stream.read_u8().await.ok()?);
            }
            let line = String::from_utf8(line).unwrap();
            text.push_str(&line);
            if line.as_bytes().get(3) == Some(&b' ') {
                return Some((line.get(..3).unwrap().parse().unwrap(), text));
            }
        }
    }

    pub async fn ask(&mut self, command: &str) -> (u16, String) {
        self.try_ask(command).await.unwrap_or_else(|| panic!("no answer to {command}"))
    }

    /// The same where the server may be gone.
    pub async fn try_ask(&mut self, command: &str) -> Option<(u16, String)> {
        self.stream.write_all(format!("{command}\r\n").as_bytes()).await.ok()?;
        self.stream.flush().await.ok()?;
        self.answer().await
    }

    /// Hands a message in, the envelope in one segment, and gives the last answer; `None` where none came.
    pub async fn hand_in(&mut self, from: &str, to: &str, message: &[u8]) -> Option<(u16, String)> {
        let envelope = format!("MAIL FROM:<{from}>\r\nRCPT TO:<{to}>\r\nDATA\r\n");
        self.stream.write_all(envelope.as_bytes()).await.ok()?;
        for expected in [250, 250, 354] {
            let answer = self.answer().await?;
            if answer.0 != expected {
                return Some(answer);
            }
        }
        // The messages of these tests have no line that begins with a dot.
        self.stream.write_all(message).await.ok()?;
        self.stream.write_all(b".\r\n").await.ok()?;
        self.answer().await
    }
}
