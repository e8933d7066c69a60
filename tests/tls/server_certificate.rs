//! Certificates that are not what they must be: every fault is told, none hides another.

use faxseal::fax::certificate::CheckName::{self, Authority, Identity, KeyUsage, Pin, Signature, TlsVersion, Validity};
use faxseal::fax::certificate::{Fact, Outcome, Verdict};
use faxseal::tls::certificate::fingerprint;
use faxseal::tls::{Anchors, Expectation};
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};

use super::certs::{Ca, Credentials, expired, names, self_signed};
use super::server::{Script, Server, Then, versions};
use super::{assert_complete, connect, fact, failed, outcome, refused, today, trusting};

/// Refused for these reasons in TLS 1.3 and in TLS 1.2.
async fn both(credentials: &Credentials, expectation: &Expectation, checks: &[CheckName]) -> Fact {
    let mut told = None;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let script = Script::with(Then::Tls(versions(credentials, None, &[version])));
        let (error, heard) = refused(script, expectation, checks).await;
        assert_eq!(heard.plain, ["EHLO [127.0.0.1]", "STARTTLS"]);
        assert_eq!(outcome(&error.report, TlsVersion), Outcome::Passed);
        if checks != [Signature] {
            assert_eq!(outcome(&error.report, Signature), Outcome::Passed);
        }
        assert!(!error.report.chain.is_empty());
        told = Some(fact(&error.report, checks[0]).clone());
    }
    told.unwrap()
}

/// Accepted, with this verdict.
async fn accepted(credentials: &Credentials, expectation: &Expectation, verdict: Verdict) {
    let server = Server::start(Script::good(credentials)).await;
    let report = connect(server.port, expectation).await.unwrap().quit().await;
    assert_eq!((report.verdict, failed(&report)), (verdict, vec![]));
    assert_complete(&report);
    assert_eq!(server.heard().await.secure, ["EHLO [127.0.0.1]", "QUIT"]);
}

fn pinned(expectation: Expectation, credentials: &Credentials) -> Expectation {
    Expectation { pin: Some(fingerprint(credentials.leaf())), ..expectation }
}

#[tokio::test]
async fn one_fault_each() {
    let ca = Ca::new("Test CA");
    let trust = trusting(&ca);
    let fault = both(&ca.issue(expired), &trust, &[Validity]).await;
    assert!(matches!(fault, Fact::Expired { .. }));
    let fault = both(&ca.issue(|params| params.not_before = date_time_ymd(2026, 7, 1)), &trust, &[Validity]).await;
    assert!(matches!(fault, Fact::NotYetValid { .. }));
    let fault = both(&self_signed(|_| {}), &trust, &[Authority]).await;
    assert_eq!(fault, Fact::SelfSigned);
    let fault = both(&Ca::new("Other CA").issue(|_| {}), &trust, &[Authority]).await;
    assert_eq!(fault, Fact::UnknownIssuer { issuer: "CN=Other CA".into() });
    // An authority of the right name and another key.
    let fault = both(&Ca::new("Test CA").issue(|_| {}), &trust, &[Authority]).await;
    assert_eq!(fault, Fact::UnknownIssuer { issuer: "CN=Test CA".into() });
    let fault = both(&ca.issue(|params| names(params, &["other.example"])), &trust, &[Identity]).await;
    assert_eq!(fault, Fact::NameDiffers { name: "localhost".into(), names: vec!["other.example".into()] });
    let client =
        |params: &mut CertificateParams| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    assert_eq!(both(&ca.issue(client), &trust, &[KeyUsage]).await, Fact::NotForServers);
    let encipher = |params: &mut CertificateParams| params.key_usages = vec![KeyUsagePurpose::KeyEncipherment];
    assert_eq!(both(&ca.issue(encipher), &trust, &[KeyUsage]).await, Fact::NotForServers);
    assert_eq!(both(&ca.issue(authority), &trust, &[KeyUsage]).await, Fact::AuthorityAsServer);
}

fn authority(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

#[tokio::test]
async fn faults_do_not_hide_each_other() {
    let ca = Ca::new("Test CA");
    let all = self_signed(|params| {
        expired(params);
        names(params, &["other.example"]);
    });
    both(&all, &trusting(&ca), &[Authority, Validity, Identity]).await;
    // What `openssl req -x509` makes, years ago and for another host.
    let all = self_signed(|params| {
        expired(params);
        authority(params);
        names(params, &["other.example"]);
    });
    let expectation = Expectation { pin: Some(fingerprint(b"another")), ..trusting(&ca) };
    both(&all, &expectation, &[Authority, Validity, Identity, KeyUsage, Pin]).await;
    let old = ca.issue(|params| {
        expired(params);
        names(params, &["other.example"]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    both(&old, &trusting(&ca), &[Validity, Identity, KeyUsage]).await;
}

#[tokio::test]
async fn names_are_matched_as_rfc_9525_has_it() {
    let ca = Ca::new("Test CA");
    for (name, carried, holds) in [
        ("localhost", vec!["localhost"], true),
        ("gw.example.com", vec!["GW.example.COM"], true),
        ("gw.example.com", vec!["a.example", "*.example.com"], true),
        ("a.gw.example.com", vec!["*.example.com"], false),
        ("example.com", vec!["*.example.com"], false),
        ("gw.example.com", vec!["g*.example.com"], false),
        ("gw.example.com", vec!["gw.*.com"], false),
        ("w.example.com", vec!["*"], false),
        ("a.example.com", vec!["*.*.com"], false),
        // Internationalised names are compared in A-labels (RFC 9525 section 6.3).
        ("xn--bcher-kva.example", vec!["xn--bcher-kva.example"], true),
        ("xn--bcher-kva.example", vec!["XN--BCHER-KVA.example"], true),
        ("xn--bcher-kva.example.com", vec!["*.example.com"], true),
        ("xn--bcher-kva.example.com", vec!["xn--*.example.com"], false),
        ("xn--bcher-kva.example", vec!["xn--bucher-kva.example"], false),
        ("127.0.0.1", vec!["127.0.0.1"], true),
        // A name that only looks like the address.
        ("127.0.0.1", vec!["*.0.0.1"], false),
        ("127.0.0.1", vec!["localhost"], false),
        ("::1", vec!["127.0.0.1"], false),
        // Only in the common name, which is `localhost` in all of them.
        ("localhost", vec!["gw.example.com"], false),
        ("localhost", vec![], false),
    ] {
        let credentials = ca.issue(|params| names(params, &carried));
        let expectation = Expectation { reference_name: name.to_owned(), ..trusting(&ca) };
        if holds {
            accepted(&credentials, &expectation, Verdict::Verified).await;
        } else {
            both(&credentials, &expectation, &[Identity]).await;
        }
    }
}

#[tokio::test]
async fn chains() {
    let ca = Ca::new("Test CA");
    let through = ca.issue_through("Middle CA", |_| {});
    let server = Server::start(Script::good(&through)).await;
    let report = connect(server.port, &trusting(&ca)).await.unwrap().quit().await;
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(*fact(&report, Authority), Fact::Chain { length: 3, anchor: "Test CA".into() });
    let shown: Vec<(&str, bool)> = report.chain.iter().map(|each| (each.short_name(), each.anchor)).collect();
    assert_eq!(shown, [("localhost", false), ("Middle CA", false), ("Test CA", true)]);

    let mut alone = ca.issue_through("Middle CA", |_| {});
    alone.chain.truncate(1);
    let fault = both(&alone, &trusting(&ca), &[Authority]).await;
    assert_eq!(fault, Fact::UnknownIssuer { issuer: "CN=Middle CA".into() });

    let old = ca.issue_through("Old CA", |params| params.not_after = date_time_ymd(2026, 3, 1));
    assert!(matches!(both(&old, &trusting(&ca), &[Authority]).await, Fact::Expired { .. }));

    // An anchor that is over vouches for nobody; its renewed certificate beside it does.
    let over = ca.until("Test CA", 2026, 3, 1);
    let trust = |pem: &str| Expectation { anchors: Anchors::from_pem(pem.as_bytes()).unwrap(), ..trusting(&ca) };
    let good = ca.issue(|_| {});
    assert!(matches!(both(&good, &trust(&over), &[Authority]).await, Fact::Expired { .. }));
    for pem in [format!("{over}{}", ca.pem), format!("{}{over}", ca.pem)] {
        accepted(&good, &trust(&pem), Verdict::Verified).await;
    }

    // An authority that may vouch for other names only (RFC 5280 section 4.2.1.10).
    let narrow = ca.issue_through("Narrow CA", |params| {
        let permitted_subtrees = vec![rcgen::GeneralSubtree::DnsName("example.org".to_owned())];
        params.name_constraints = Some(rcgen::NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    });
    assert!(matches!(both(&narrow, &trusting(&ca), &[Authority]).await, Fact::ChainBroken { .. }));

    let none = ca.issue_through("No CA", |params| params.is_ca = IsCa::ExplicitNoCa);
    assert!(matches!(both(&none, &trusting(&ca), &[Authority]).await, Fact::ChainBroken { .. }));

    let client = ca.issue_through("Client CA", |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    assert_eq!(both(&client, &trusting(&ca), &[KeyUsage]).await, Fact::NotForServers);
}

#[tokio::test]
async fn a_certificate_without_its_key_proves_nothing() {
    let ca = Ca::new("Test CA");
    let stolen = Credentials { key: KeyPair::generate().unwrap(), ..ca.issue(|_| {}) };
    assert_eq!(both(&stolen, &trusting(&ca), &[Signature]).await, Fact::KeyNotProven);
    // Nor does the pin help.
    assert_eq!(both(&stolen, &pinned(trusting(&ca), &stolen), &[Signature]).await, Fact::KeyNotProven);
}

#[tokio::test]
async fn a_pin_excuses_who_vouches_and_nothing_else() {
    let ca = Ca::new("Test CA");
    let own = self_signed(|params| {
        authority(params);
        names(params, &["other.example"]);
    });
    let expectation = pinned(trusting(&ca), &own);
    let server = Server::start(Script::good(&own)).await;
    let report = connect(server.port, &expectation).await.unwrap().quit().await;
    assert_eq!((report.verdict, failed(&report)), (Verdict::Pinned, vec![]));
    for name in [Authority, Identity, KeyUsage] {
        assert_eq!((outcome(&report, name), fact(&report, name)), (Outcome::NotApplicable, &Fact::ExcusedByPin));
    }
    assert_eq!(*fact(&report, Pin), Fact::PinMatches);
    server.heard().await;

    // Without anybody to trust, and with a certificate that needs no excuse.
    let nobody = Expectation { anchors: Anchors::none(), ..pinned(trusting(&ca), &own) };
    accepted(&own, &nobody, Verdict::Pinned).await;
    let good = ca.issue(|_| {});
    accepted(&good, &pinned(trusting(&ca), &good), Verdict::Verified).await;

    let old = self_signed(expired);
    both(&old, &pinned(trusting(&ca), &old), &[Validity]).await;
    let client = self_signed(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    both(&client, &pinned(trusting(&ca), &client), &[KeyUsage]).await;
    // Another certificate than the pinned one, though the authority vouches for it.
    let fault = both(&good, &pinned(trusting(&ca), &own), &[Pin]).await;
    assert_eq!(fault, Fact::PinDiffers { seen: fingerprint(good.leaf()) });
}

#[tokio::test]
async fn what_is_shown_of_a_certificate() {
    let ca = Ca::new("Test CA");
    let good = ca.issue(|_| {});
    let server = Server::start(Script::good(&good)).await;
    let report = connect(server.port, &trusting(&ca)).await.unwrap().quit().await;
    let leaf = &report.chain[0];
    assert_eq!(
        (leaf.subject.as_str(), leaf.issuer.as_str(), leaf.key.as_str()),
        ("CN=localhost", "CN=Test CA", "EC P-256")
    );
    assert_eq!(leaf.names, ["localhost", "127.0.0.1"]);
    assert_eq!(leaf.pem.lines().next(), Some("-----BEGIN CERTIFICATE-----"));
    assert_eq!(Anchors::from_pem(leaf.pem.as_bytes()).unwrap().as_slice().len(), 1);
    assert_eq!(leaf.sha256, fingerprint(good.leaf()));
    let Fact::Valid { days_left, .. } = fact(&report, Validity) else { panic!() };
    assert_eq!(*days_left, 199);
    assert_eq!(report.at, today());
}
