//! Certificates that others made, some of them broken on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use faxseal::fax::certificate::{CheckName, Outcome};
use faxseal::tls::certificate::describe;
use faxseal::tls::judgement::judge;
use faxseal::tls::{Anchors, Expectation};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;

use super::certs::Ca;
use super::{today, trusting};

fn corpus(folder: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let root = std::env::var_os("FAXSEAL_CORPUS").map_or(here, PathBuf::from);
    let folder = root.join("certs").join(folder);
    if !folder.is_dir() {
        println!("skipped: no corpus");
        return None;
    }
    Some(folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The certificates of a file, DER or PEM.
fn certificates(path: &Path) -> Vec<CertificateDer<'static>> {
    let bytes = std::fs::read(path).unwrap();
    let pem: Vec<_> = CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect();
    if pem.is_empty() { vec![bytes.into()] } else { pem }
}

#[test]
fn every_certificate_of_the_corpus_is_described_or_refused() {
    for folder in ["badssl", "webpki", "amazon-trust-demo"] {
        let Some(folder) = corpus(folder) else { return };
        let mut described = 0;
        for path in files(&folder) {
            let chain = certificates(&path);
            let (leaf, sent) = chain.split_first().unwrap();
            for name in ["example.com", "127.0.0.1", "not a name"] {
                let expectation = Expectation::new(name.to_owned(), Anchors::none());
                assert!(judge(leaf, sent, b"", &expectation, today()).refuses(), "{}", path.display());
            }
            for cut in [0, 1, leaf.len() / 2, leaf.len().saturating_sub(1)] {
                assert!(describe(&leaf[..cut]).is_err(), "{}", path.display());
            }
            described += usize::from(describe(leaf).is_ok());
        }
        assert!(described > 0);
        println!("{}: {described} described", folder.display());
    }
}

/// Real chains of a public authority, made to be tested with.
#[test]
fn public_chains_are_judged_as_their_makers_say() {
    let Some(folder) = corpus("amazon-trust-demo") else { return };
    let now: Timestamp = "2025-03-15T00:00:00Z".parse().unwrap();
    let read = |name: &str| certificates(&folder.join(name)).swap_remove(0);
    let mut judged = 0;
    for root in 1..=4 {
        let anchors =
            Anchors::from_pem(describe(&read(&format!("AmazonRootCA{root}.cer"))).unwrap().pem.as_bytes()).unwrap();
        let sent: Vec<_> = files(&folder)
            .iter()
            .filter_map(|path| path.file_name()?.to_str())
            .filter(|name| {
                name.starts_with(['r', 'e']) && name.contains('m') && name.len() == 9 && name.ends_with(".cer")
            })
            .map(read)
            .collect();
        for (kind, failed) in [("valid", vec![]), ("revoked", vec![]), ("expired", vec![CheckName::Validity])] {
            let host = format!("{kind}.rootca{root}.demo.amazontrust.com");
            let leaf = read(&format!("{host}.cer"));
            let expectation = Expectation::new(host.clone(), anchors.clone());
            let judgement = judge(&leaf, &sent, b"", &expectation, now);
            let found: Vec<CheckName> = judgement
                .checks
                .iter()
                .filter(|check| check.result == Outcome::Failed)
                .map(|check| check.check)
                .collect();
            assert_eq!(found, failed, "{host}: {:#?}", judgement.checks);
            assert!(judgement.chain.last().is_some_and(|last| last.anchor));
            judged += 1;
        }
    }
    println!("{judged} judged");
}

/// A certificate with any one octet changed is judged, and its own authority no longer vouches for it.
#[test]
fn no_change_of_a_certificate_goes_unseen() {
    let ca = Ca::new("Test CA");
    let good = ca.issue(|_| {}).chain.swap_remove(0);
    let expectation = trusting(&ca);
    assert!(!judge(&good, &[], b"", &expectation, today()).refuses());
    for at in 0..good.len() {
        for flip in [1, 0x20, 0x80] {
            let mut changed = good.to_vec();
            changed[at] ^= flip;
            let judgement = judge(&changed.into(), &[], b"", &expectation, today());
            assert!(judgement.refuses(), "octet {at}");
        }
    }
}

#[derive(Deserialize)]
struct Limbo {
    testcases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    validation_time: Option<Timestamp>,
    expected_result: String,
    expected_peer_name: Peer,
}

#[derive(Deserialize)]
struct Peer {
    value: String,
}

#[derive(Deserialize)]
struct Exception {
    actual: String,
}

fn ders(pems: &[String]) -> Vec<CertificateDer<'static>> {
    pems.iter().map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).collect()
}

#[test]
fn x509_limbo_agrees_but_for_what_is_known() {
    let Some(folder) = corpus("x509-limbo") else { return };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let limbo: Limbo = serde_json::from_slice(&read("limbo-2023-12-02.json")).unwrap();
    let known: BTreeMap<String, Exception> = serde_json::from_slice(&read("rustls-webpki-exceptions.json")).unwrap();
    let mut agreed = 0;
    let mut new = BTreeSet::new();
    for case in &limbo.testcases {
        let refused = match Anchors::from_pem(case.trusted_certs.concat().as_bytes()) {
            Ok(anchors) => {
                let expectation = Expectation::new(case.expected_peer_name.value.clone(), anchors);
                let leaf = &ders(std::slice::from_ref(&case.peer_certificate))[0];
                let now = case.validation_time.unwrap_or("2023-12-02T00:00:00Z".parse().unwrap());
                judge(leaf, &ders(&case.untrusted_intermediates), b"", &expectation, now).refuses()
            }
            Err(_) => true,
        };
        let ours = if refused { "FAILURE" } else { "SUCCESS" };
        if ours == case.expected_result {
            agreed += 1;
        } else if known.get(&case.id).is_none_or(|exception| exception.actual != ours) {
            new.insert(format!("{} {ours}", case.id));
        }
    }
    println!("{agreed} of {} agree", limbo.testcases.len());
    // We set no limit of our own to the length of a chain, and the third is not what its description says: its issuer
    // has a name.
    let ours = [
        "pathlen::max-chain-depth-0-exhausted SUCCESS",
        "pathlen::max-chain-depth-1-exhausted SUCCESS",
        "rfc5280::ee-empty-issuer SUCCESS",
    ];
    assert_eq!(new, BTreeSet::from(ours.map(str::to_owned)));
}
