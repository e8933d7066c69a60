//! Nonsense said to the receiver, a byte at a time.
#![no_main]

use std::sync::{Arc, LazyLock, Mutex};

use faxseal::fax::job::Reply;
use faxseal::smtp::server::{Ending, Envelope, Limits, ServerConfig, Sink, fuzz, reply};
use faxseal::tls::Keyed;
use faxseal::tls::accept::Acceptor;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const MOST: usize = 1000;

static CONFIG: LazyLock<ServerConfig> = LazyLock::new(|| {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate with its key");
    let keyed = Keyed::from_pem(made.cert.pem().as_bytes(), made.signing_key.serialize_pem().as_bytes());
    let keyed = keyed.expect("they can be read");
    ServerConfig {
        host_name: "gw.example".into(),
        tls: Acceptor::new(Arc::new(keyed.certified().expect("they belong together")), None),
        dsn: true,
        credentials: None,
        limits: Limits { message: MOST, text_line: 100, ..Limits::default() },
    }
});

#[derive(Default)]
struct Shelf(Mutex<Vec<(Envelope, Vec<u8>)>>);

impl Sink for Shelf {
    async fn rcpt(&self, address: &str) -> Reply {
        reply(if address == "a@b" { 250 } else { 550 }, "", "")
    }

    async fn message(&self, envelope: Envelope, bytes: Vec<u8>) -> Ending {
        self.0.lock().expect("nothing panics").push((envelope, bytes));
        Ending::Reply(reply(250, "2.0.0", "kept"))
    }
}

fuzz_target!(|said: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let shelf = Shelf::default();
    runtime.block_on(async {
        let (client, server) = tokio::io::duplex(1);
        let (mut hears, mut says) = tokio::io::split(client);
        let hear = async move {
            let _ = hears.read_to_end(&mut Vec::new()).await;
        };
        let say = async move {
            let _ = says.write_all(said).await;
            let _ = says.shutdown().await;
        };
        tokio::join!(fuzz(server, &CONFIG, &shelf), hear, say);
    });
    for (envelope, message) in shelf.0.into_inner().expect("nothing panics") {
        assert!(envelope.recipients.iter().all(|recipient| recipient.address == "a@b"));
        assert!(!envelope.recipients.is_empty() && message.len() <= MOST && !message.contains(&0));
        let text = String::from_utf8_lossy(&message).replace("\r\n", "");
        assert!(!text.contains(['\r', '\n']));
    }
});
