//! Certificates that others made, some of them broken on purpose.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use faxseal::fax::certificate::{Check, CheckName, Outcome};
use faxseal::tls::certificate::describe;
use faxseal::tls::judgement::judge;
use faxseal::tls::{Anchors, Crls, Expectation};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;

use super::certs::Ca;
use super::{today, trusting};

/// The folders of certificates in the corpus: `certs/NAME`, each a collection of its own.
fn collections() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let root = std::env::var_os("FAXSEAL_CORPUS").map_or(here, PathBuf::from);
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(root.join("certs")).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    if found.is_empty() {
        println!("skipped: no corpus");
    }
    found
}

fn corpus(folder: &str) -> Option<PathBuf> {
    let found = collections().into_iter().find(|path| path.ends_with(folder));
    if found.is_none() {
        println!("skipped: no {folder} in the corpus");
    }
    found
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

/// Whatever lies in whatever folder: nothing makes us stumble, and nothing is trusted that nobody vouches for.
#[test]
fn every_certificate_of_the_corpus_is_described_or_refused() {
    for folder in collections() {
        let (mut described, mut unread) = (0, 0);
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
            if describe(leaf).is_ok() { described += 1 } else { unread += 1 }
        }
        println!("{}: {described} described, {unread} are no certificate", folder.display());
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

/// A file of cases in the form of x509-limbo.
#[derive(Deserialize)]
struct Limbo {
    testcases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(default)]
    features: Option<Vec<String>>,
    #[serde(default)]
    validation_kind: Option<String>,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    validation_time: Option<Timestamp>,
    expected_result: String,
    expected_peer_name: Option<Peer>,
    #[serde(default)]
    crls: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Peer {
    value: String,
}

/// A deviation of the library that its makers know, in a file beside the cases whose name has `exceptions`.
#[derive(Deserialize)]
struct Exception {
    actual: String,
    reason: String,
}

/// Why we let pass what a case would have refused: no attacker gains by it, and an honest private authority's
/// certificates often are so.
const LET_PASS: [(&str, &str); 7] = [
    (
        "an anchor is trusted by its name and key, for the user or the system chose it; what else its certificate says is \
         not part of a path (RFC 5280 section 6.1.1 (d))",
        "rfc5280::aki::cross-signed-root-missing-aki rfc5280::ski::root-missing-ski rfc5280::unknown-critical-extension-root \
         rfc5280::root-missing-basic-constraints rfc5280::root-non-critical-basic-constraints \
         rfc5280::root-inconsistent-ca-extensions webpki::aki::root-with-aki-missing-keyidentifier \
         webpki::aki::root-with-aki-authoritycertissuer webpki::aki::root-with-aki-authoritycertserialnumber \
         webpki::aki::root-with-aki-all-fields webpki::aki::root-with-aki-ski-mismatch webpki::eku::root-has-eku",
    ),
    (
        "key identifiers help to find a path; every signature of the path is verified all the same",
        "rfc5280::aki::critical-aki rfc5280::aki::leaf-missing-aki rfc5280::aki::intermediate-missing-aki \
         rfc5280::ski::critical-ski rfc5280::ski::intermediate-missing-ski",
    ),
    (
        "the constraint is applied, marked critical or not, and one without content constrains nothing",
        "rfc5280::nc::permitted-dns-match-noncritical \
         webpki::nc::intermediate-permitted-excluded-subtrees-both-null \
         webpki::nc::intermediate-permitted-excluded-subtrees-both-empty-sequences",
    ),
    (
        "name constraints in a certificate that may vouch for nobody constrain nobody",
        "rfc5280::nc::not-allowed-in-ee-noncritical rfc5280::nc::not-allowed-in-ee-critical",
    ),
    (
        "subjectAltName is read, marked critical or not, and the subject never is",
        "rfc5280::san::noncritical-with-empty-subject webpki::san::san-critical-with-nonempty-subject \
         rfc5280::ca-empty-subject rfc5280::ee-empty-issuer",
    ),
    (
        "the CA/Browser Forum's rules for public authorities, which RFC 5280 does not have: the purpose is still asked \
         wherever a certificate names one",
        "webpki::eku::ee-anyeku webpki::eku::ee-critical-eku webpki::eku::ee-without-eku webpki::malformed-aia",
    ),
    ("a serial number is only compared", "rfc5280::serial::too-long rfc5280::serial::zero"),
];

/// Why we refuse what a case would have let pass.
const REFUSED: [(&str, &str); 3] = [
    (
        "a certificate that may sign others is no server's, unless it is pinned",
        "pathlen::validation-ignores-pathlen-in-leaf rfc5280::ca-as-leaf",
    ),
    (
        "an authority that certifies itself under the same name is no step of a path for the library",
        "pathlen::self-issued-certs-pathlen rfc5280::nc::permitted-self-issued",
    ),
    ("the library knows no constraints on directory names, and refuses them", "rfc5280::nc::permitted-dn-match"),
];

fn reason(table: &[(&'static str, &str)], id: &str) -> Option<&'static str> {
    table.iter().find(|(_, ids)| ids.split_ascii_whitespace().any(|known| known == id)).map(|(why, _)| *why)
}

fn ders(pems: &[String]) -> Option<Vec<CertificateDer<'static>>> {
    pems.iter().map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()).ok()).collect()
}

/// What we find of a case: the checks that fail. None where it cannot even be put together.
fn findings(case: &Case, name: &str) -> Option<Vec<Check>> {
    let anchors = Anchors::from_pem(case.trusted_certs.concat().as_bytes()).ok()?;
    let crls = Crls::from_bytes(case.crls.clone().unwrap_or_default().concat().as_bytes());
    let expectation = Expectation { crls, ..Expectation::new(name.to_owned(), anchors) };
    let leaf = CertificateDer::from_pem_slice(case.peer_certificate.as_bytes()).ok()?;
    let now = case.validation_time.unwrap_or("2023-12-02T00:00:00Z".parse().unwrap());
    let judgement = judge(&leaf, &ders(&case.untrusted_intermediates)?, b"", &expectation, now);
    Some(judgement.checks.into_iter().filter(|check| check.result == Outcome::Failed).collect())
}

/// Every file of cases in every collection, with what is known of the library beside it.
#[test]
fn limbo_cases_agree_but_for_what_is_justified() {
    for folder in collections() {
        let jsons: Vec<PathBuf> =
            files(&folder).into_iter().filter(|path| path.extension() == Some("json".as_ref())).collect();
        let known = jsons.iter().filter(|path| path.file_name().unwrap().to_string_lossy().contains("exceptions"));
        let known: BTreeMap<String, Exception> = known
            .flat_map(|path| {
                serde_json::from_slice::<BTreeMap<String, Exception>>(&std::fs::read(path).unwrap()).unwrap_or_default()
            })
            .collect();
        for path in jsons {
            let Ok(limbo) = serde_json::from_slice::<Limbo>(&std::fs::read(&path).unwrap()) else { continue };
            agree(&path, &limbo, &known);
        }
    }
}

fn agree(path: &Path, limbo: &Limbo, known: &BTreeMap<String, Exception>) {
    let (mut agreed, mut left_out, mut unjustified) = (0, 0, Vec::new());
    for case in &limbo.testcases {
        // We check servers by name, and set no limit of our own to the length of a chain.
        let limited = case.features.iter().flatten().any(|feature| feature == "max-chain-depth");
        let server = case.validation_kind.as_deref().is_none_or(|kind| kind == "SERVER");
        let Some(peer) = case.expected_peer_name.as_ref().filter(|_| server && !limited) else {
            left_out += 1;
            continue;
        };
        let found = findings(case, &peer.value);
        let ours = if found.as_ref().is_some_and(Vec::is_empty) { "SUCCESS" } else { "FAILURE" };
        if ours == case.expected_result {
            agreed += 1;
            continue;
        }
        let library = known.get(&case.id).filter(|exception| exception.actual == ours);
        let table = if ours == "SUCCESS" { &LET_PASS[..] } else { &REFUSED[..] };
        let why = reason(table, &case.id).or_else(|| library.map(|exception| exception.reason.as_str()));
        let told = found.map(|checks| checks.iter().map(|check| format!("{check:?}")).collect::<Vec<_>>().join(", "));
        println!("{} {ours}: {} {}", case.id, why.unwrap_or("?"), told.unwrap_or_default());
        if why.is_none() {
            unjustified.push(case.id.clone());
        }
    }
    let count = limbo.testcases.len();
    println!("{}: {agreed} of {count} agree, {left_out} left out, {} unjustified", path.display(), unjustified.len());
    assert_eq!(unjustified, [""; 0], "{}", path.display());
}
