//! A scripted mailbox server on loopback, which lies as it is told and remembers what it heard.

use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::certs::Credentials;

/// What the server heard, line by line, without tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub plain: Vec<String>,
    pub secure: Vec<String>,
}

/// After consent to STARTTLS.
#[derive(Clone)]
pub enum Then {
    Tls(Arc<ServerConfig>),
    /// Hears the client out, and says nothing.
    Silence,
}

/// What a server says: `{tag}` stands for the tag of the command, `CUT` closes the connection.
#[derive(Clone)]
pub struct Script {
    pub greeting: String,
    pub capability: String,
    pub starttls: String,
    /// Written in a segment of its own after the answer to STARTTLS.
    pub afterwards: String,
    pub then: Then,
    /// TLS begins with the first byte, and the greeting comes inside.
    pub implicit: bool,
    /// What the client says inside TLS begins with this: the answer. The first that fits counts, and is used up unless
    /// it is the last of its kind.
    pub inside: Vec<(&'static str, String)>,
}

pub const CUT: &str = "CUT";
pub const OFFER: &str = "* CAPABILITY IMAP4rev1 SASL-IR IDLE MOVE UIDPLUS AUTH=PLAIN AUTH=LOGIN\r\n{tag} OK done\r\n";

impl Script {
    pub fn good(credentials: &Credentials) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(credentials.chain.clone(), credentials.private_key())
            .unwrap();
        Self::with(Then::Tls(Arc::new(config)))
    }

    pub fn with(then: Then) -> Self {
        Self {
            greeting: "* OK ready\r\n".to_owned(),
            capability: "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK done\r\n".to_owned(),
            starttls: "{tag} OK begin\r\n".to_owned(),
            afterwards: String::new(),
            then,
            implicit: false,
            inside: Vec::new(),
        }
    }

    /// Says this inside TLS to what begins so.
    pub fn says(mut self, to: &'static str, answer: &str) -> Self {
        self.inside.push((to, answer.to_owned()));
        self
    }
}

/// A running server.
pub struct Server {
    pub port: u16,
    pub implicit: bool,
    heard: Arc<Mutex<Heard>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Serves one connection.
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (record, implicit) = (Arc::clone(&heard), script.implicit);
        let task = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            // The client may be gone at any time: that is its right.
            let _gone = serve(tcp, script, &record).await;
        });
        Self { port, implicit, heard, task }
    }

    /// Everything that was heard, when the connection is over.
    pub async fn heard(self) -> Heard {
        self.task.await.unwrap();
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(tcp: TcpStream, script: Script, heard: &Mutex<Heard>) -> std::io::Result<()> {
    let mut tcp = BufReader::new(tcp);
    if script.implicit {
        return starttls(tcp, script, heard).await;
    }
    say(&mut tcp, &script.greeting).await?;
    loop {
        let Some((tag, line)) = command(&mut tcp).await? else { return Ok(()) };
        heard.lock().unwrap().plain.push(line.clone());
        match line.as_str() {
            "CAPABILITY" => say(&mut tcp, &script.capability.replace("{tag}", &tag)).await?,
            "LOGOUT" => return say(&mut tcp, &format!("* BYE\r\n{tag} OK bye\r\n")).await,
            "STARTTLS" => {
                if script.starttls == CUT {
                    return Ok(());
                }
                say(&mut tcp, &script.starttls.replace("{tag}", &tag)).await?;
                if !script.starttls.contains("{tag} OK") {
                    continue;
                }
                if !script.afterwards.is_empty() {
                    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                    say(&mut tcp, &script.afterwards).await?;
                }
                return starttls(tcp, script, heard).await;
            }
            _ => say(&mut tcp, &format!("{tag} OK\r\n")).await?,
        }
    }
}

async fn starttls(mut tcp: BufReader<TcpStream>, script: Script, heard: &Mutex<Heard>) -> std::io::Result<()> {
    match &script.then {
        Then::Tls(config) => {
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::clone(config));
            let mut tls = BufReader::new(acceptor.accept(tcp).await?);
            if script.implicit {
                say(&mut tls, &script.greeting).await?;
            }
            inside(tls, script, heard).await
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

async fn inside<S>(mut tls: BufReader<S>, mut script: Script, heard: &Mutex<Heard>) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut tag = String::new();
    loop {
        let mut line = String::new();
        if tls.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        // The lines of an exchange have no tag.
        let (said, of_command) = match line.split_once(' ') {
            Some((begin, rest)) if begin.starts_with(|first: char| first.is_ascii_lowercase()) => {
                tag = begin.to_owned();
                (rest, true)
            }
            _ => (line, false),
        };
        heard.lock().unwrap().secure.push(said.to_owned());
        let fits: Vec<usize> = (0..script.inside.len()).filter(|at| said.starts_with(script.inside[*at].0)).collect();
        let answer = match fits.first() {
            Some(at) if fits.len() > 1 => script.inside.remove(*at).1,
            Some(at) => script.inside[*at].1.clone(),
            None if said == "CAPABILITY" => OFFER.to_owned(),
            None if said == "LOGOUT" => "* BYE\r\n{tag} OK bye\r\n".to_owned(),
            None if said.starts_with("SELECT") || said.starts_with("EXAMINE") => {
                "* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n{tag} OK [READ-ONLY] open\r\n".to_owned()
            }
            None if of_command || said == "DONE" => "{tag} OK done\r\n".to_owned(),
            None => "{tag} OK welcome\r\n".to_owned(),
        };
        if answer == CUT {
            return Ok(());
        }
        say(&mut tls, &answer.replace("{tag}", &tag)).await?;
        if said == "LOGOUT" {
            return tls.shutdown().await;
        }
    }
}

/// A line with its tag cut off.
async fn command(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, String)>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let (tag, rest) = line.trim_end().split_once(' ').unwrap_or_default();
    Ok(Some((tag.to_owned(), rest.to_owned())))
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, text: &str) -> std::io::Result<()> {
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await
}
