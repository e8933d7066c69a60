//! The policy by which a domain names the servers that take in its mail (MTA-STS, RFC 8461).

use std::time::Duration;

/// What a domain's policy says of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing may be sent to a server that the policy does not name.
    Enforce,
    /// It is only told.
    Testing,
    /// There is no policy any more.
    None,
}

/// A policy (RFC 8461 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    pub mode: Mode,
    /// Host names, or `*.` and a domain.
    pub servers: Vec<String>,
    /// For how long it may be kept.
    pub max_age: Duration,
}

/// A year, in seconds: the most that a policy may be kept.
const MOST_AGE: u64 = 31_557_600;
/// Servers of a policy; with more it is not taken.
const MOST_SERVERS: usize = 256;

/// The id in the TXT record of a domain (RFC 8461 section 3.1), where it has one that counts. Each record is its
/// strings put together.
pub(super) fn id<'r>(records: impl IntoIterator<Item = &'r [u8]>) -> Option<String> {
    let mut ours = records.into_iter().filter(|record| record.starts_with(b"v=STSv1;"));
    let record = std::str::from_utf8(ours.next()?).ok()?;
    // With several, there is none.
    if ours.next().is_some() {
        return None;
    }
    let fields = record.split(';').filter_map(|field| field.trim().split_once('='));
    let id = fields.into_iter().find_map(|(key, value)| (key == "id").then_some(value))?;
    let holds = (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    holds.then(|| id.to_owned())
}

impl Policy {
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|_| "not text")?;
        let (mut version, mut mode, mut max_age, mut servers) = (None, None, None, Vec::new());
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (key, value) = line.split_once(':').ok_or_else(|| format!("no field: {line:.40}"))?;
            let value = value.trim();
            match key.trim() {
                // Of a field that comes twice, the first counts.
                "version" => version = version.or(Some(value)),
                "mode" => mode = mode.or(Some(value)),
                "max_age" => max_age = max_age.or(Some(value)),
                "mx" => servers.push(value.trim_end_matches('.').to_ascii_lowercase()),
                _ => {}
            }
        }
        if version != Some("STSv1") {
            return Err("not of version STSv1".to_owned());
        }
        let mode = match mode {
            Some("enforce") => Mode::Enforce,
            Some("testing") => Mode::Testing,
            Some("none") => Mode::None,
            _ => return Err("no mode".to_owned()),
        };
        let max_age =
            max_age.filter(|age| age.len() <= 10).and_then(|age| age.parse::<u64>().ok()).ok_or("no max_age")?;
        if mode != Mode::None && servers.is_empty() || servers.len() > MOST_SERVERS {
            return Err(format!("{} servers", servers.len()));
        }
        Ok(Self { mode, servers, max_age: Duration::from_secs(max_age.min(MOST_AGE)) })
    }

    /// The pattern that names this host, in A-labels (RFC 8461 section 4.1): a wildcard stands for one label.
    pub fn names(&self, host: &str) -> Option<&str> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let matches = |pattern: &&String| match pattern.strip_prefix("*.") {
            Some(domain) => host.split_once('.').is_some_and(|(label, above)| !label.is_empty() && above == domain),
            None => **pattern == host,
        };
        self.servers.iter().find(matches).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_has_one_id() {
        for (records, found) in [
            (vec!["v=STSv1; id=20160831085700Z;"], Some("20160831085700Z")),
            (vec!["v=STSv1;id=a"], Some("a")),
            (vec!["v=spf1 -all", "v=STSv1; id=a; x=y;"], Some("a")),
            (vec!["v=STSv1; id=a", "v=STSv1; id=b"], None),
            (vec!["v=STSv1;"], None),
            (vec!["v=STSv1; id=;"], None),
            (vec!["v=STSv1; id=a-b;"], None),
            (vec!["v=STSv1; id=123456789012345678901234567890123;"], None),
            (vec!["v=STSv2; id=a;"], None),
            (vec![], None),
        ] {
            let bytes: Vec<&[u8]> = records.iter().map(|record| record.as_bytes()).collect();
            assert_eq!(id(bytes).as_deref(), found, "{records:?}");
        }
    }

    #[test]
    fn policies_are_read_as_they_are_meant() {
        let text =
            b"version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.Example.net\r\nmax_age: 604800\r\n";
        let policy = Policy::parse(text).unwrap();
        assert_eq!((policy.mode, policy.max_age.as_secs()), (Mode::Enforce, 604_800));
        for (host, pattern) in [
            ("mail.example.com", Some("mail.example.com")),
            ("MAIL.example.com.", Some("mail.example.com")),
            ("a.mail.example.com", None),
            ("mx1.example.net", Some("*.example.net")),
            ("a.mx1.example.net", None),
            ("example.net", None),
            (".example.net", None),
        ] {
            assert_eq!(policy.names(host), pattern, "{host}");
        }
        // The first of two counts; what is not known is passed over; a year at most.
        let text = b"version: STSv1\nmode: testing\nmode: none\nmx: a.example\nfuture: x\nmax_age: 9999999999";
        let policy = Policy::parse(text).unwrap();
        assert_eq!((policy.mode, policy.max_age.as_secs()), (Mode::Testing, MOST_AGE));
        assert_eq!(Policy::parse(b"version: STSv1\nmode: none\nmax_age: 1").unwrap().mode, Mode::None);
    }

    #[test]
    fn what_is_no_policy_is_none() {
        for text in [
            &b""[..],
            b"<html>not found</html>",
            b"version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 1",
            b"mode: enforce\nmx: a.example\nmax_age: 1",
            b"version: STSv1\nmode: maybe\nmx: a.example\nmax_age: 1",
            b"version: STSv1\nmx: a.example\nmax_age: 1",
            b"version: STSv1\nmode: enforce\nmax_age: 1",
            b"version: STSv1\nmode: enforce\nmx: a.example",
            b"version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1",
            b"version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 12345678901",
            b"version: STSv1\nmode: enforce\nmx: \xff\nmax_age: 1",
        ] {
            assert!(Policy::parse(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
        let many = format!("version: STSv1\nmode: enforce\nmax_age: 1\n{}", "mx: a.example\n".repeat(300));
        assert!(Policy::parse(many.as_bytes()).is_err());
    }
}
