//! Clients that are asked for a certificate.

use faxseal::fax::certificate::{CheckName, Fact, Outcome};
use faxseal::fax::reception::{ClientVerdict, SessionReport};
use faxseal::tls::certificate::fingerprint;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose};
use rustls::SupportedProtocolVersion;

use super::certs::{Ca, Credentials, expired, names, self_signed};
use super::client::{ALL, Shown, Tls, secure};
use super::{Office, TO, note};

const NAME: &str = "relay.gw.example";

fn of_gateway(params: &mut CertificateParams) {
    names(params, &[NAME]);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
}

async fn office(ca: &Ca) -> Office {
    Office::new(|receiver| {
        let path = receiver.certificate.as_ref().unwrap().with_file_name("clients.pem");
        std::fs::write(&path, &ca.pem).unwrap();
        receiver.client_ca = Some(path);
        receiver.client_names = vec!["other.gw.example".to_owned(), NAME.to_owned()];
    })
    .await
}

/// Goes through a session with this certificate; what is said to the first EHLO, and the report.
async fn attempt(
    office: &mut Office,
    versions: &[&'static SupportedProtocolVersion],
    shows: Option<Shown>,
) -> (u16, String, SessionReport) {
    let before = office.engine.receiver_sessions().await.unwrap().first().map(|report| report.at);
    let mut client = secure(office.address, &Tls { ca: &office.ca, versions, shows }).await.unwrap();
    let (code, text) = client.ask("EHLO gw.example").await;
    if code != 250 {
        // Everything but QUIT hears the same, and nothing is taken.
        for command in ["NOOP", "MAIL FROM:<>", "RSET", "HELO gw.example", "DATA", "STARTTLS", "nonsense"] {
            assert_eq!(client.ask(command).await, (code, text.clone()), "{command}");
        }
    }
    assert_eq!(client.ask("QUIT").await.0, 221);
    loop {
        match office.engine.receiver_sessions().await.unwrap().into_iter().next() {
            Some(report) if Some(report.at) != before => return (code, text, report),
            _ => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
}

fn failed(report: &SessionReport) -> Vec<CheckName> {
    report.failed().map(|check| check.check).filter(|name| *name != CheckName::ClientCertificate).collect()
}

#[tokio::test]
async fn only_the_gateway_hands_in() {
    let ca = Ca::new("Client authority");
    let other = Ca::new("Another authority");
    let good = ca.issue(of_gateway);
    let mut office = office(&ca).await;
    for version in ALL {
        let (code, _, report) = attempt(&mut office, &[version], Some(Shown::of(&good))).await;
        assert_eq!((code, report.client), (250, Some(ClientVerdict::Verified)));
        assert_eq!(failed(&report), []);
        assert!(report.chain.len() == 2 && report.chain[1].anchor);
    }
    let both = |params: &mut CertificateParams| {
        of_gateway(params);
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    };
    let without = |params: &mut CertificateParams| {
        of_gateway(params);
        params.extended_key_usages.clear();
    };
    let wildcard = |params: &mut CertificateParams| {
        of_gateway(params);
        names(params, &["*.gw.example"]);
    };
    for fine in [ca.issue(both), ca.issue(without), ca.issue(wildcard)] {
        assert_eq!(attempt(&mut office, ALL, Some(Shown::of(&fine))).await.0, 250);
    }

    let named = |params: &mut CertificateParams| {
        of_gateway(params);
        names(params, &["evil.example"]);
    };
    let nameless = |params: &mut CertificateParams| {
        of_gateway(params);
        params.subject_alt_names.clear();
        // The common name never counts.
        params.distinguished_name.push(rcgen::DnType::CommonName, NAME);
    };
    let old = |params: &mut CertificateParams| {
        of_gateway(params);
        expired(params);
    };
    let server_only = |params: &mut CertificateParams| {
        of_gateway(params);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    };
    let no_signature = |params: &mut CertificateParams| {
        of_gateway(params);
        params.key_usages = vec![KeyUsagePurpose::KeyEncipherment];
    };
    let authority = |params: &mut CertificateParams| {
        of_gateway(params);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages.push(KeyUsagePurpose::KeyCertSign);
    };
    let worst = |params: &mut CertificateParams| {
        old(params);
        names(params, &["evil.example"]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    };
    use CheckName::{Authority, Identity, KeyUsage, Signature, Validity};
    let stranger = other.issue(of_gateway);
    let cases: Vec<(&str, Shown, Vec<CheckName>)> = vec![
        ("of another authority", Shown::of(&stranger), vec![Authority]),
        ("self-signed", Shown::of(&self_signed(of_gateway)), vec![Authority]),
        ("with another name", Shown::of(&ca.issue(named)), vec![Identity]),
        ("with a common name alone", Shown::of(&ca.issue(nameless)), vec![Identity]),
        ("expired", Shown::of(&ca.issue(old)), vec![Validity]),
        ("for servers alone", Shown::of(&ca.issue(server_only)), vec![KeyUsage]),
        ("not for signatures", Shown::of(&ca.issue(no_signature)), vec![KeyUsage]),
        ("of an authority", Shown::of(&ca.issue(authority)), vec![KeyUsage]),
        ("wrong in every way", Shown::of(&other.issue(worst)), vec![Authority, Validity, Identity, KeyUsage]),
        ("stolen, without its key", Shown::with_key_of(&good, &stranger), vec![Signature]),
    ];
    for (what, shown, faults) in cases {
        for version in ALL {
            let (code, text, report) = attempt(&mut office, &[version], Some(Shown(shown.0.clone()))).await;
            assert_eq!((code, text.contains("5.7.1")), (554, true), "{what}: {text}");
            assert_eq!(failed(&report), faults, "{what}");
            assert_eq!((report.client, report.taken), (Some(ClientVerdict::Refused), 0), "{what}");
            for fault in faults.iter().map(ToString::to_string) {
                assert!(text.contains(&fault), "{what}: {text}");
            }
        }
    }
    for version in ALL {
        let (code, text, report) = attempt(&mut office, &[version], None).await;
        assert_eq!((code, text.contains("5.7.0")), (554, true), "{text}");
        assert!(report.failed().any(|check| check.fact == Fact::ClientNotShown));
    }
    assert!(office.arrivals.try_recv().is_err());
    assert_eq!(office.engine.inbox().await.unwrap(), []);

    // And what the gateway hands in tells who it was.
    let tls = Tls { ca: &office.ca, versions: ALL, shows: Some(Shown::of(&good)) };
    let mut client = secure(office.address, &tls).await.unwrap();
    assert_eq!(client.ask("EHLO gw.example").await.0, 250);
    assert_eq!(client.hand_in("a@gw.example", TO, &note("one")).await.unwrap().0, 250);
    let transport = office.arrived().await.transport;
    assert_eq!(transport.client, ClientVerdict::Verified);
    assert_eq!(transport.certificate.unwrap().sha256, fingerprint(good.leaf()));
}

#[tokio::test]
async fn a_pinned_client_is_called_pinned() {
    let ca = Ca::new("Nobody's authority");
    // As `openssl req -x509` makes it.
    let authority = |params: &mut CertificateParams| {
        names(params, &["anything.example"]);
        params.extended_key_usages.clear();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages.push(KeyUsagePurpose::KeyCertSign);
    };
    let (pinned, old, other) = (self_signed(authority), self_signed(expired), ca.issue(of_gateway));
    let pins: Vec<_> = [&pinned, &old].map(|credentials: &Credentials| fingerprint(credentials.leaf())).into();
    let mut office = Office::new(|receiver| receiver.client_pins = pins).await;
    let (code, _, report) = attempt(&mut office, ALL, Some(Shown::of(&pinned))).await;
    assert_eq!((code, report.client), (250, Some(ClientVerdict::Pinned)));
    // A pin excuses neither age nor a proof that fails.
    for (shown, fault) in [
        (Shown::of(&old), CheckName::Validity),
        (Shown::with_key_of(&pinned, &other), CheckName::Signature),
        (Shown::of(&other), CheckName::Pin),
    ] {
        let (code, _, report) = attempt(&mut office, ALL, Some(shown)).await;
        assert_eq!(code, 554);
        assert!(failed(&report).contains(&fault), "{:?}", report.checks);
    }
    assert_eq!(attempt(&mut office, ALL, None).await.0, 554);
}

#[tokio::test]
async fn who_is_not_asked_is_not_known() {
    let mut office = Office::new(|_| {}).await;
    let good = self_signed(of_gateway);
    let (code, _, report) = attempt(&mut office, ALL, Some(Shown::of(&good))).await;
    assert_eq!((code, report.client, report.chain.len()), (250, Some(ClientVerdict::NotAsked), 0));
    let asked = report.checks.iter().find(|check| check.check == CheckName::ClientCertificate).unwrap();
    assert_eq!((asked.result, &asked.fact), (Outcome::NotApplicable, &Fact::ClientNotDemanded));
}
