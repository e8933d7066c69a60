//! Does a message only pretend to come from a gateway? It is known by what its sender cannot choose: what the user's
//! own server recorded of the sender, and the way by which it came.

use super::mime::{self, Headers};
use super::{gateways, route};
use crate::fax::catalogue::Preset;
use crate::fax::evidence::is_within;
use crate::fax::gateway::Gateway;
use crate::fax::received::{Origin, Pretence, Suspicion};
use crate::fax::reception::{ClientVerdict, Transport};
use crate::fax::route::SenderRecord;

/// Letters of a name that a gateway is known by: shorter ones stand in too many others.
const LETTERS: usize = 4;

/// What is known around a message.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The gateways' profiles.
    pub presets: &'a [Preset],
    /// The user's own accounts.
    pub accounts: &'a [Gateway],
    /// By which way it came.
    pub origin: Origin,
    /// The connection by which it came, where the built-in receiver took it.
    pub transport: Option<&'a Transport>,
    /// The name by which the user's own server signs its records, where that is set.
    pub authserv_id: Option<&'a str>,
}

/// A gateway by what its messages carry.
struct Known<'a> {
    title: &'a str,
    /// Domains that its messages come from.
    domains: Vec<String>,
    /// Those that are documented, or the user's own: an address in another domain is not the gateway's.
    sure: bool,
}

/// What speaks against a message that looks like a gateway's.
#[must_use]
pub fn pretence(raw: &[u8], around: &Surroundings<'_>) -> Option<Pretence> {
    // It never left this computer, or it is the user's own test.
    if around.origin == Origin::Practice {
        return None;
    }
    let headers = mime::headers(raw).ok()?;
    let from = headers.from.as_deref().unwrap_or_default();
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
    let all: Vec<Known<'_>> = known(around);
    let by_domain = all.iter().find(|known| known.domains.iter().any(|own| is_within(&domain, own)));
    let gateway = by_domain.or_else(|| looks_like(&headers, &domain, around, &all))?;
    let found = |why| Some(Pretence { gateway: gateway.title.to_owned(), why });

    // The receiver is the user's own server, and knows its client better than any record.
    if let Some(transport) = around.transport {
        return match transport.client {
            ClientVerdict::Verified | ClientVerdict::Pinned => None,
            _ if by_domain.is_none() && gateway.sure => found(Suspicion::OtherSender(from.to_owned())),
            // Where the mailbox has records of its senders, that is the way of mail.
            _ if around.authserv_id.is_some() => found(Suspicion::OtherWay),
            _ => None,
        };
    }
    match (route(raw, around.authserv_id).sender, by_domain) {
        (SenderRecord::Failed(results), _) => found(Suspicion::Failed(results)),
        (record, None) => {
            let forwarded = matches!(record, SenderRecord::Passed(_) | SenderRecord::NotAsked)
                && around.accounts.iter().any(|account| is_within(&domain, domain_of(&account.sender.address)));
            (gateway.sure && !forwarded).then(|| found(Suspicion::OtherSender(from.to_owned())))?
        }
        // A file may come from where no such record was made.
        (SenderRecord::Nothing | SenderRecord::Unclear(_), Some(_)) if around.origin != Origin::Import => {
            found(Suspicion::NotVouched)
        }
        _ => None,
    }
}

/// The user's own gateways first, then those of the profiles.
fn known<'a>(around: &Surroundings<'a>) -> Vec<Known<'a>> {
    let own = around.accounts.iter().map(|account| {
        let preset = of_account(account, around.presets);
        let title = preset.map_or(&account.name, |preset| &preset.profile.title);
        Known { title, domains: domains_of(account, around.presets), sure: true }
    });
    let others = around.presets.iter().map(|preset| {
        let domains = domains(preset);
        Known { title: &preset.profile.title, sure: !senders(preset).is_empty(), domains }
    });
    own.chain(others).collect()
}

fn of_account<'a>(account: &Gateway, presets: &'a [Preset]) -> Option<&'a Preset> {
    presets.iter().find(|preset| account.preset.as_ref() == Some(&preset.name))
}

/// Domains that the messages of an account's gateway come from.
#[must_use]
pub fn domains_of(account: &Gateway, presets: &[Preset]) -> Vec<String> {
    let mut domains = of_account(account, presets).map(domains).unwrap_or_default();
    let own = [account.host.as_str(), domain_of(account.address.template())];
    domains.extend(own.map(str::to_ascii_lowercase).into_iter().filter(|domain| domain.contains('.')));
    domains
}

/// Where a profile says that its gateway's messages come from.
fn senders(preset: &Preset) -> Vec<&str> {
    let arrivals = preset.profile.arrivals.iter().filter_map(|arrival| arrival.from.as_deref());
    let confirmations = preset.profile.confirmations.iter().filter_map(|confirmation| confirmation.from.as_deref());
    arrivals.chain(confirmations).collect()
}

fn domains(preset: &Preset) -> Vec<String> {
    let address = preset.profile.address.as_ref().map(|address| address.template.as_str());
    let server = preset.profile.server.as_ref().map(|server| server.host.to_ascii_lowercase());
    let named = senders(preset).into_iter().chain(address).map(|address| domain_of(address).to_ascii_lowercase());
    // `{host}` is the account's, and `fax` alone is a name inside a house.
    named.chain(server).filter(|domain| domain.contains('.') && !domain.contains('{')).collect()
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// The gateway that a message calls by its name or speaks like, though it does not come from its domain.
fn looks_like<'a, 'b>(
    headers: &Headers,
    domain: &str,
    around: &Surroundings<'_>,
    all: &'b [Known<'a>],
) -> Option<&'b Known<'a>> {
    let speaks = |preset: &&Preset| gateways::is_of(preset, &headers.subject);
    let by_words = around.presets.iter().filter(speaks).map(|preset| preset.profile.title.as_str());
    let by_words = by_words.filter_map(|title| all.iter().find(|known| known.title == title));
    let name = headers.from_name.as_deref().unwrap_or_default().to_ascii_lowercase();
    let named = |known: &&Known<'_>| {
        let title: String = known.title.chars().filter(char::is_ascii_alphanumeric).collect();
        let title = title.to_ascii_lowercase();
        // Several words are a description.
        let is_name = title.len() >= LETTERS && !known.title.contains(' ') && known.sure;
        let in_name = || {
            name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == title)
                || known.domains.iter().any(|domain| name.contains(domain))
        };
        is_name && (in_name() || domain.split(['.', '-']).any(|label| label == title))
    };
    let by_words: Vec<&Known<'_>> = by_words.collect();
    by_words.iter().find(|known| known.sure).copied().or_else(|| all.iter().find(named)).or(by_words.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::catalogue::built_in;
    use crate::fax::certificate::TlsParameters;
    use crate::fax::gateway::{AddressRule, Sender};

    fn account() -> Gateway {
        let sender = Sender { address: "desk@office.example".into(), name: None, number: None };
        Gateway::new("Ours".into(), "smtp.gw.example".into(), AddressRule::rfc3192("gw.example").unwrap(), sender)
    }

    fn of(from: &str, subject: &str, record: &str, origin: Origin, id: Option<&str>) -> Option<Suspicion> {
        let raw = format!("{record}From: {from}\r\nSubject: {subject}\r\n\r\n");
        let accounts = [account()];
        let around =
            Surroundings { presets: built_in(), accounts: &accounts, origin, transport: None, authserv_id: id };
        pretence(raw.as_bytes(), &around).map(|pretence| pretence.why)
    }

    const EFAX: &str = "eFax message from \"unknown\" - 1 page(s), Caller-ID: 415-555-0123";
    const PASS: &str = "Authentication-Results: mx.example.org; dmarc=pass header.from=x\r\n";
    const FAIL: &str = "Authentication-Results: mx.example.org; dmarc=fail header.from=x\r\n";
    const FORGED: &str = "Authentication-Results: evil.example; dmarc=pass header.from=x\r\n";

    #[test]
    fn mail_of_a_gateway_needs_the_word_of_the_own_server() {
        let id = Some("mx.example.org");
        for from in ["message@inbound.efax.com", "Fax <fax@gw.example>", "<x@mail.gw.example>"] {
            for (record, id, why) in [
                (PASS, id, None),
                (FAIL, id, Some(Suspicion::Failed("dmarc=fail".into()))),
                (FORGED, id, Some(Suspicion::NotVouched)),
                ("", id, Some(Suspicion::NotVouched)),
                // Whose records count is not known.
                (FAIL, None, None),
            ] {
                assert_eq!(of(from, "Fax", record, Origin::Mailbox, id), why, "{from} {record}");
            }
            assert_eq!(of(from, "Fax", "", Origin::Import, id), None);
            assert_eq!(of(from, "Fax", FAIL, Origin::Practice, id), None);
        }
    }

    #[test]
    fn who_speaks_like_a_gateway_must_be_it() {
        let other = |from: &str| Some(Suspicion::OtherSender(from.to_owned()));
        for (from, subject) in [
            ("x@evil.example", EFAX),
            ("eFax <x@evil.example>", "You have a fax"),
            ("\"message@inbound.efax.com\" <x@evil.example>", "You have a fax"),
            ("<x@efax.evil.example>", "You have a fax"),
            ("<x@efax-secure.example>", "You have a fax"),
            ("<x@inbound.efax.com.evil.example>", "You have a fax"),
        ] {
            let address = from.rsplit('<').next().unwrap().trim_end_matches('>');
            for (record, id) in [("", None), (PASS, Some("mx.example.org")), ("", Some("mx.example.org"))] {
                assert_eq!(of(from, subject, record, Origin::Mailbox, id), other(address), "{from}");
            }
        }
        // A colleague passed it on; somebody who only says so did not.
        let colleague = "colleague@office.example";
        assert_eq!(of(colleague, EFAX, PASS, Origin::Mailbox, Some("mx.example.org")), None);
        assert_eq!(of(colleague, EFAX, "", Origin::Mailbox, None), None);
        assert_eq!(of(colleague, EFAX, "", Origin::Mailbox, Some("mx.example.org")), other(colleague));
        // Where a gateway's messages come from is not known: whoever runs it.
        assert_eq!(of("fax@pbx.example", "New fax from: \"Jane\" <4155550123>", "", Origin::Mailbox, None), None);
        for (from, subject) in [("a@b.example", "Lunch?"), ("Fax <a@b.example>", "Hello"), ("", "")] {
            assert_eq!(of(from, subject, FAIL, Origin::Mailbox, Some("mx.example.org")), None, "{from}");
        }
    }

    #[test]
    fn the_receiver_knows_its_clients() {
        let raw = b"From: fax@gw.example\r\nSubject: Fax\r\n\r\n";
        let tls = TlsParameters { version: String::new(), cipher_suite: String::new(), key_exchange: String::new() };
        let accounts = [account()];
        let why = |raw: &[u8], client, authserv_id| {
            let (peer, helo) = ("192.0.2.1".to_owned(), "gw".to_owned());
            let transport = Transport { peer, helo, tls: tls.clone(), client, certificate: None };
            let around = Surroundings {
                presets: built_in(),
                accounts: &accounts,
                origin: Origin::Receiver,
                transport: Some(&transport),
                authserv_id,
            };
            pretence(raw, &around).map(|pretence| pretence.why)
        };
        assert_eq!(why(raw, ClientVerdict::Verified, Some("mx.example.org")), None);
        assert_eq!(why(raw, ClientVerdict::Pinned, None), None);
        assert_eq!(why(raw, ClientVerdict::NotAsked, None), None);
        assert_eq!(why(raw, ClientVerdict::NotAsked, Some("mx.example.org")), Some(Suspicion::OtherWay));
        let efax = format!("From: x@evil.example\r\nSubject: {EFAX}\r\n\r\n");
        let other = Some(Suspicion::OtherSender("x@evil.example".into()));
        assert_eq!(why(efax.as_bytes(), ClientVerdict::NotAsked, None), other);
        // What the client itself wrote of its sender is no record of ours.
        let forged = [FORGED.as_bytes(), raw].concat();
        assert_eq!(why(&forged, ClientVerdict::NotAsked, Some("evil.example")), Some(Suspicion::OtherWay));
    }
}
