//! A scripted server on loopback, which lies as it is told and remembers what it heard.

use std::sync::{Arc, Mutex};

use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SupportedCipherSuite};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::certs::Credentials;

/// What the server heard, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub plain: Vec<String>,
    pub secure: Vec<String>,
    /// Between DATA and the final dot, octet for octet.
    pub message: Vec<u8>,
}

/// After consent to STARTTLS.
#[derive(Clone)]
pub enum Then {
    Tls(Arc<ServerConfig>),
    /// A whole handshake, and then these octets, not encrypted.
    Mixed(Arc<ServerConfig>, Vec<u8>),
    /// Writes these octets after it has read some of the client's, and closes.
    Raw(Vec<u8>),
    /// Hands the connection to another server.
    Proxy(u16),
    /// Hears the client out, and says nothing.
    Silence,
}

/// What a server says. `CUT` closes the connection in place of an answer.
#[derive(Clone)]
pub struct Script {
    pub greeting: Vec<u8>,
    /// Repeated after the greeting, an octet at a time, for as long as anybody listens.
    pub drip: Vec<u8>,
    pub ehlo: Vec<u8>,
    pub starttls: Vec<u8>,
    /// Written in a segment of its own after the answer to STARTTLS.
    pub afterwards: Vec<u8>,
    pub then: Then,
    /// TLS begins with the first byte, and the greeting comes inside.
    pub implicit: bool,
    /// Answers AUTH, and every line after it as long as it asks for more.
    pub sasl: Option<Sasl>,
    /// Verb and answer, inside TLS. What is not in it is answered well.
    pub inside: Vec<(&'static str, &'static str)>,
}

/// The server's side of an exchange: what the client says, and what is answered.
pub type Sasl = Arc<Mutex<dyn FnMut(&str) -> String + Send>>;

pub const CUT: &str = "CUT";

pub const OFFER: &str = "250-gw.example\r\n250-SIZE 1000000\r\n250-AUTH PLAIN LOGIN\r\n250 DSN\r\n";

impl Script {
    pub fn good(credentials: &Credentials) -> Self {
        Self::with(Then::Tls(config(credentials, None)))
    }

    pub fn with(then: Then) -> Self {
        Self {
            greeting: b"220 gw.example ESMTP\r\n".to_vec(),
            drip: Vec::new(),
            ehlo: b"250-gw.example\r\n250 STARTTLS\r\n".to_vec(),
            starttls: b"220 go ahead\r\n".to_vec(),
            afterwards: Vec::new(),
            then,
            implicit: false,
            sasl: None,
            inside: Vec::new(),
        }
    }
}

/// A server's TLS; `verifier` if it asks for client certificates.
pub fn config(credentials: &Credentials, verifier: Option<Arc<dyn ClientCertVerifier>>) -> Arc<ServerConfig> {
    versions(credentials, verifier, rustls::ALL_VERSIONS)
}

/// A server's TLS that staples this OCSP response.
pub fn stapling(
    credentials: &Credentials,
    response: Vec<u8>,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = provider.key_provider.load_private_key(credentials.private_key()).unwrap();
    let certified = CertifiedKey { ocsp: Some(response), ..CertifiedKey::new(credentials.chain.clone(), key) };
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    Arc::new(builder.with_no_client_auth().with_cert_resolver(Arc::new(Always(Arc::new(certified)))))
}

pub fn versions(
    credentials: &Credentials,
    verifier: Option<Arc<dyn ClientCertVerifier>>,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = provider.key_provider.load_private_key(credentials.private_key()).unwrap();
    // Not `with_single_cert`: a liar's key need not be its certificate's.
    let certified = CertifiedKey::new(credentials.chain.clone(), key);
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    let builder = match verifier {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    Arc::new(builder.with_cert_resolver(Arc::new(Always(Arc::new(certified)))))
}

/// A server's TLS that knows these suites and groups only.
pub fn restricted(
    credentials: &Credentials,
    suites: &[SupportedCipherSuite],
    groups: &[&'static dyn SupportedKxGroup],
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let provider =
        CryptoProvider { cipher_suites: suites.to_vec(), kx_groups: groups.to_vec(), ..aws_lc_rs::default_provider() };
    let builder = ServerConfig::builder_with_provider(Arc::new(provider)).with_protocol_versions(versions).unwrap();
    let builder = builder.with_no_client_auth();
    Arc::new(builder.with_single_cert(credentials.chain.clone(), credentials.private_key()).unwrap())
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// A running server.
pub struct Server {
    pub port: u16,
    heard: Arc<Mutex<Heard>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Serves one connection.
    pub async fn start(script: Script) -> Self {
        Self::start_at(script, 0).await
    }

    /// The same at a port of one's choice.
    pub async fn start_at(script: Script, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let record = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            // The client may be gone at any time: that is its right.
            let _gone = serve(tcp, &script, &record).await;
        });
        Self { port, heard, task }
    }

    /// What was heard up to now.
    pub fn so_far(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }

    /// Everything that was heard, when the connection is over.
    pub async fn heard(self) -> Heard {
        self.task.await.unwrap();
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(tcp: TcpStream, script: &Script, heard: &Mutex<Heard>) -> std::io::Result<()> {
    let mut tcp = BufReader::new(tcp);
    if script.implicit {
        return starttls(tcp, script, heard).await;
    }
    say(&mut tcp, &script.greeting).await?;
    while !script.drip.is_empty() {
        for octet in &script.drip {
            say(&mut tcp, &[*octet]).await?;
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
    loop {
        let mut line = String::new();
        if tcp.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        heard.lock().unwrap().plain.push(line.clone());
        match verb(&line).as_str() {
            "EHLO" => say(&mut tcp, &script.ehlo).await?,
            "QUIT" => return say(&mut tcp, b"221 bye\r\n").await,
            "STARTTLS" => {
                say(&mut tcp, &script.starttls).await?;
                if !script.starttls.starts_with(b"220") {
                    continue;
                }
                if !script.afterwards.is_empty() {
                    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                    say(&mut tcp, &script.afterwards).await?;
                }
                return starttls(tcp, script, heard).await;
            }
            _ => say(&mut tcp, b"250 ok\r\n").await?,
        }
    }
}

async fn starttls(mut tcp: BufReader<TcpStream>, script: &Script, heard: &Mutex<Heard>) -> std::io::Result<()> {
    match &script.then {
        Then::Tls(config) => {
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::clone(config));
            // The buffer is empty unless the client spoke out of turn, and then the handshake fails, as it must.
            let leftover = tcp.buffer().to_vec();
            assert!(leftover.iter().take(1).all(|octet| *octet == 22), "plaintext after STARTTLS: {leftover:?}");
            let mut tls = BufReader::new(acceptor.accept(tcp).await?);
            if script.implicit {
                say(&mut tls, &script.greeting).await?;
            }
            inside(tls, script, heard).await
        }
        Then::Mixed(config, octets) => {
            let mut tls = tokio_rustls::TlsAcceptor::from(Arc::clone(config)).accept(tcp).await?;
            let mut line = vec![0; 512];
            let count = tls.read(&mut line).await?;
            let line = String::from_utf8_lossy(&line[..count]).trim_end().to_owned();
            heard.lock().unwrap().secure.push(line);
            let (tcp, _) = tls.get_mut();
            tcp.write_all(octets).await?;
            tcp.shutdown().await
        }
        Then::Raw(octets) => {
            tcp.fill_buf().await?;
            tcp.write_all(octets).await?;
            tcp.shutdown().await
        }
        Then::Proxy(port) => {
            let mut other = TcpStream::connect(("127.0.0.1", *port)).await?;
            tokio::io::copy_bidirectional(&mut tcp, &mut other).await.map(|_| ())
        }
        Then::Silence => {
            while !tcp.fill_buf().await?.is_empty() {
                let all = tcp.buffer().len();
                tcp.consume(all);
            }
            Ok(())
        }
    }
}

async fn inside<S>(mut tls: BufReader<S>, script: &Script, heard: &Mutex<Heard>) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let answer = |verb: &str, usual: &'static str| {
        script.inside.iter().find(|(scripted, _)| *scripted == verb).map_or(usual, |(_, answer)| answer)
    };
    loop {
        let mut line = Vec::new();
        if tls.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        heard.lock().unwrap().secure.push(line.clone());
        let verb = verb(&line);
        if let Some(sasl) = script.sasl.as_ref().filter(|_| verb == "AUTH") {
            exchange(&mut tls, line, sasl, heard).await?;
            continue;
        }
        let says = match verb.as_str() {
            "EHLO" => answer("EHLO", OFFER),
            "AUTH" if line == "AUTH LOGIN" => {
                for _ in 0..2 {
                    say(&mut tls, b"334 VXNlcm5hbWU6\r\n").await?;
                    let mut secret = String::new();
                    tls.read_line(&mut secret).await?;
                    heard.lock().unwrap().secure.push(secret.trim_end().to_owned());
                }
                answer("AUTH", "235 2.7.0 welcome\r\n")
            }
            "AUTH" if line == "AUTH PLAIN" => "334 \r\n",
            "AUTH" => answer("AUTH", "235 2.7.0 welcome\r\n"),
            "MAIL" => answer("MAIL", "250 2.1.0 ok\r\n"),
            "RCPT" => answer("RCPT", "250 2.1.5 ok\r\n"),
            "RSET" => answer("RSET", "250 2.0.0 ok\r\n"),
            "DATA" => answer("DATA", "354 go on\r\n"),
            "QUIT" => answer("QUIT", "221 2.0.0 bye\r\n"),
            // The answer to a password.
            _ => answer("AUTH", "235 2.7.0 welcome\r\n"),
        };
        if says == CUT {
            return Ok(());
        }
        say(&mut tls, says.as_bytes()).await?;
        if verb == "QUIT" {
            return tls.shutdown().await;
        }
        if verb == "DATA" && says.starts_with("354") {
            let at_once = answer("BODY", "");
            if at_once == CUT {
                return Ok(());
            }
            loop {
                let mut line = Vec::new();
                if tls.read_until(b'\n', &mut line).await? == 0 {
                    return Ok(());
                }
                if line == b".\r\n" {
                    break;
                }
                heard.lock().unwrap().message.extend_from_slice(&line);
            }
            heard.lock().unwrap().secure.push(".".to_owned());
            let says = answer("DOT", "250 2.0.0 queued as 7\r\n");
            if says == CUT {
                return Ok(());
            }
            say(&mut tls, says.as_bytes()).await?;
        }
    }
}

async fn exchange<S>(tls: &mut BufReader<S>, first: String, sasl: &Sasl, heard: &Mutex<Heard>) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut line = first;
    loop {
        let says = (sasl.lock().unwrap())(&line);
        say(tls, says.as_bytes()).await?;
        if !says.starts_with("334") {
            return Ok(());
        }
        line = String::new();
        tls.read_line(&mut line).await?;
        line = line.trim_end().to_owned();
        heard.lock().unwrap().secure.push(line.clone());
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, octets: &[u8]) -> std::io::Result<()> {
    stream.write_all(octets).await?;
    stream.flush().await
}

fn verb(line: &str) -> String {
    line.split(' ').next().unwrap_or_default().to_ascii_uppercase()
}
