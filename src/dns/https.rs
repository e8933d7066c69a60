//! Fetches one small text by HTTPS, from a server whose certificate holds, following nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::tls::Anchors;
use crate::tls::handshake::provider;

/// Octets of an answer, its head included; a longer one is not taken (RFC 8461 section 3.3 suggests 64 KB).
const MOST_BYTES: usize = 80 << 10;
/// Fields of a head.
const MOST_FIELDS: usize = 64;

/// The text at this path of a host. Who calls sets the time that it may take.
///
/// # Errors
/// Why it could not be had, in words of the network or of TLS.
pub(super) async fn get(
    host: &str,
    addresses: &[IpAddr],
    port: u16,
    path: &str,
    anchors: &Anchors,
) -> Result<Vec<u8>, String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let connector = TlsConnector::from(Arc::new(config(anchors)?));
    let tcp = connect(addresses, port).await?;
    let mut tls = connector.connect(name, tcp).await.map_err(|error| error.to_string())?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/plain\r\nConnection: close\r\n\r\n");
    tls.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
    tls.flush().await.map_err(|error| error.to_string())?;
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = match tls.read(&mut chunk).await {
            Ok(count) => count,
            // Many close without taking leave; whether something is missing shows in the answer itself.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Err(error.to_string()),
        };
        received.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if received.len() > MOST_BYTES {
            return Err(format!("more than {MOST_BYTES} bytes"));
        }
        if let Some(body) = body(&received, count == 0)? {
            return Ok(body);
        }
        if count == 0 {
            return Err("the answer broke off".to_owned());
        }
    }
}

fn config(anchors: &Anchors) -> Result<ClientConfig, String> {
    let provider = Arc::new(provider());
    let roots = RootCertStore { roots: anchors.as_slice().to_vec() };
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    Ok(builder.with_webpki_verifier(verifier.map_err(|error| error.to_string())?).with_no_client_auth())
}

async fn connect(addresses: &[IpAddr], port: u16) -> Result<TcpStream, String> {
    let mut last = "the name has no address".to_owned();
    for address in addresses {
        match TcpStream::connect(SocketAddr::new(*address, port)).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

/// The body of an answer that is complete; `ended` if nothing more comes (RFC 9112 section 6).
fn body(received: &[u8], ended: bool) -> Result<Option<Vec<u8>>, String> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    let length = match head.parse(received).map_err(|error| format!("not HTTP: {error}"))? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };
    // Nothing but 200 counts, and no other place is gone to (RFC 8461 section 3.3).
    match head.code {
        Some(200) => {}
        code => return Err(format!("HTTP status {}", code.unwrap_or_default())),
    }
    let field = |name: &str| {
        let of = |field: &&httparse::Header<'_>| field.name.eq_ignore_ascii_case(name);
        head.headers.iter().find(of).map(|field| String::from_utf8_lossy(field.value).trim().to_ascii_lowercase())
    };
    let plain = field("content-type").is_none_or(|kind| kind.split(';').next().map(str::trim) == Some("text/plain"));
    if !plain {
        return Err("not text/plain".to_owned());
    }
    let body = received.get(length..).unwrap_or_default();
    if field("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        return chunks(body);
    }
    match field("content-length") {
        Some(length) => {
            let length: usize = length.parse().map_err(|_| "not HTTP: Content-Length")?;
            Ok(body.get(..length).map(<[u8]>::to_vec))
        }
        None => Ok(ended.then(|| body.to_vec())),
    }
}

/// The chunks of a body put together; none if it goes on (RFC 9112 section 7.1).
fn chunks(mut body: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut whole = Vec::new();
    loop {
        let (begin, size) = match httparse::parse_chunk_size(body) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err("not HTTP: the size of a chunk".to_owned()),
        };
        let size =
            usize::try_from(size).ok().filter(|size| *size <= MOST_BYTES).ok_or("not HTTP: a chunk too large")?;
        if size == 0 {
            return Ok(Some(whole));
        }
        let Some(chunk) = body.get(begin..begin + size) else { return Ok(None) };
        let Some(rest) = body.get(begin + size..) else { return Ok(None) };
        whole.extend_from_slice(chunk);
        match rest {
            [b'\r', b'\n', rest @ ..] => body = rest,
            [] | [b'\r'] => return Ok(None),
            _ => return Err("not HTTP: behind a chunk".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_end_as_their_head_says() {
        let ok = "HTTP/1.1 200 OK\r\n";
        for (answer, ended, whole) in [
            ("Content-Length: 3\r\n\r\nabc", false, Some("abc")),
            ("Content-Length: 3\r\n\r\nabcd", false, Some("abc")),
            ("Content-Length: 3\r\n\r\nab", true, None),
            ("Content-Type: text/plain; charset=utf-8\r\n\r\nabc", true, Some("abc")),
            ("\r\nabc", false, None),
            ("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", false, Some("abc")),
            ("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n", true, None),
            ("Transfer-Encoding: chunked\r\n\r\n5\r\nab", true, None),
            ("Content-Le", false, None),
        ] {
            let found = body(format!("{ok}{answer}").as_bytes(), ended).unwrap();
            assert_eq!(found.as_deref(), whole.map(str::as_bytes), "{answer:?}");
        }
    }

    #[test]
    fn nothing_but_a_plain_text_counts() {
        for answer in [
            "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.example/\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\na",
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
            "220 gw.example ESMTP\r\n",
            "\u{16}\u{3}\u{1}",
        ] {
            assert!(body(answer.as_bytes(), true).is_err(), "{answer:?}");
        }
    }
}
