//! Signed and encrypted messages, judged and opened by OpenSSL.

#![expect(clippy::unwrap_used, reason = "a test ends where anything is not as it must be")]

use std::path::Path;
use std::process::Command;

use faxseal::fax::gateway::{AddressRule, Attachment, Gateway, Sender};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::smime::{SmimeError, SmimePurpose};
use faxseal::mail::smime::{MailCertificate, Signer};
use faxseal::mail::{Draft, freeze};
use faxseal::tls::import;
use faxseal::tls::sign::MessageSigner;
use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders as _};
use tempfile::TempDir;

/// OpenSSL in this folder: whether it was content, and what it said.
fn openssl(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let ended = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    (ended.status.success(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

fn must(folder: &Path, arguments: &[&str]) {
    let (content, said) = openssl(folder, arguments);
    assert!(content, "openssl {arguments:?}: {said}");
}

const KEYS: [(&str, &[&str]); 3] = [
    ("rsa", &["-newkey", "rsa:2048"]),
    ("p256", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("p384", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]),
];

/// A certificate for mail with its key: NAME.crt, NAME.key, and both in NAME.pem.
fn certificate(folder: &Path, name: &str, key: &[&str], more: &[&str]) {
    let (crt, key_file) = (format!("{name}.crt"), format!("{name}.key"));
    let subject = format!("/CN={name}");
    let request = ["req", "-x509", "-nodes", "-subj", &subject, "-out", &crt, "-keyout", &key_file];
    let days: &[&str] = if more.contains(&"-days") { &[] } else { &["-days", "30"] };
    must(folder, &[&request[..], key, days, more].concat());
    let both = [crt, key_file].map(|file| std::fs::read(folder.join(file)).unwrap()).concat();
    std::fs::write(folder.join(format!("{name}.pem")), both).unwrap();
}

const FOR_MAIL: [&str; 4] = [
    "-addext",
    "extendedKeyUsage=emailProtection",
    "-addext",
    "keyUsage=digitalSignature,keyEncipherment,keyAgreement",
];

fn signer(folder: &Path, name: &str) -> MessageSigner {
    let keyed = import::read(&std::fs::read(folder.join(format!("{name}.pem"))).unwrap(), None).unwrap();
    MessageSigner::new(&keyed).unwrap()
}

fn recipient(folder: &Path, name: &str, purpose: SmimePurpose) -> Result<MailCertificate, SmimeError> {
    let pem = std::fs::read(folder.join(format!("{name}.crt"))).unwrap();
    MailCertificate::read(import::read_certificates(&pem).unwrap().first().unwrap(), purpose, Timestamp::now())
}

/// Pages of more than one line and every octet.
fn pages() -> Vec<u8> {
    b"II*\0".iter().copied().chain((0..100_000_u32).map(|at| ((at * 31) >> 3) as u8)).collect()
}

fn frozen(signer: Option<&dyn Signer>, encrypt_to: Option<&MailCertificate>) -> Vec<u8> {
    let gateway = Gateway {
        attachment: Attachment::TiffF,
        ..Gateway::new(
            "Office".to_owned(),
            "gw.example".to_owned(),
            AddressRule::rfc3192("gw.example").unwrap(),
            Sender { address: "desk@office.example".to_owned(), name: None, number: None },
        )
    };
    let recipient =
        Recipient { name: None, number: "+14155550123".parse().unwrap(), sub_address: None, attention: None };
    let draft = Draft {
        gateway: &gateway,
        recipient: &recipient,
        attachment: &pages(),
        now: Timestamp::now(),
        signer,
        encrypt_to,
    };
    freeze(&draft).unwrap().bytes
}

/// The one attachment of a message or an entity.
fn attachment(bytes: &[u8]) -> Vec<u8> {
    let message = MessageParser::default().parse(bytes).unwrap();
    let part = message.attachment(0).unwrap();
    assert_eq!(part.attachment_name(), Some("fax.tif"));
    part.contents().to_vec()
}

#[test]
fn every_kind_of_key_signs_and_opens() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for (name, key) in KEYS {
        certificate(folder, name, key, &FOR_MAIL);
    }
    certificate(folder, "stranger", &["-newkey", "rsa:2048"], &FOR_MAIL);
    let path = |name: &str| folder.join(name);
    for (sign, _) in KEYS {
        let signer = signer(folder, sign);
        let ca = format!("{sign}.crt");
        let verify = |file: &str| {
            let ask = ["cms", "-verify", "-in", file, "-CAfile", &ca, "-purpose", "smimesign", "-out", "entity"];
            openssl(folder, &ask)
        };
        let bytes = frozen(Some(&signer), None);
        std::fs::write(path("signed.eml"), &bytes).unwrap();
        assert_eq!((verify("signed.eml").0, attachment(&std::fs::read(path("entity")).unwrap())), (true, pages()));
        // A reader that knows nothing of S/MIME finds the pages too.
        assert_eq!(attachment(&bytes), pages());
        // Another octet of the pages, and the signature does not hold.
        let text = String::from_utf8(bytes).unwrap();
        let changed = text.replacen("\r\n\r\nSUkq", "\r\n\r\nSUkr", 1);
        assert_ne!(text, changed);
        std::fs::write(path("changed.eml"), changed).unwrap();
        assert!(!verify("changed.eml").0);

        for (to, _) in KEYS {
            let to_certificate = recipient(folder, to, SmimePurpose::Encrypt).unwrap();
            let decrypt = |who: &str| {
                let (crt, key) = (format!("{who}.crt"), format!("{who}.key"));
                openssl(
                    folder,
                    &["cms", "-decrypt", "-in", "sealed.eml", "-recip", &crt, "-inkey", &key, "-out", "open"],
                )
            };
            let bytes = frozen(Some(&signer), Some(&to_certificate));
            let text = String::from_utf8(bytes).unwrap();
            assert!(
                !text.contains("fax.tif") && !text.contains("SUkq") && text.contains("Message-Context: fax-message")
            );
            assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998));
            std::fs::write(path("sealed.eml"), text).unwrap();
            let (opened, said) = decrypt(to);
            assert!(opened, "{sign} to {to}: {said}");
            let (verified, said) = verify("open");
            assert!(verified, "{sign} to {to}: {said}");
            assert_eq!(attachment(&std::fs::read(path("entity")).unwrap()), pages(), "{sign} to {to}");
            assert!(!decrypt("stranger").0);

            std::fs::write(path("sealed.eml"), frozen(None, Some(&to_certificate))).unwrap();
            assert!(decrypt(to).0);
            assert_eq!(attachment(&std::fs::read(path("open")).unwrap()), pages());
        }
    }
}

#[test]
fn a_certificate_that_is_not_for_this_is_refused() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let rsa: &[&str] = &["-newkey", "rsa:2048"];
    certificate(folder, "server", rsa, &["-addext", "extendedKeyUsage=serverAuth"]);
    certificate(folder, "signs", rsa, &["-addext", "keyUsage=digitalSignature"]);
    certificate(folder, "carries", rsa, &["-addext", "keyUsage=keyEncipherment"]);
    certificate(folder, "plain", rsa, &[]);
    certificate(folder, "edwards", &["-newkey", "ed25519"], &[]);
    let read = |name: &str, purpose| recipient(folder, name, purpose).map(|_| ());
    for purpose in [SmimePurpose::Sign, SmimePurpose::Encrypt] {
        assert_eq!(read("server", purpose), Err(SmimeError::NotMadeFor { purpose }));
        assert_eq!(read("plain", purpose), Ok(()));
        let signs = (purpose == SmimePurpose::Encrypt).then_some(SmimeError::NotMadeFor { purpose });
        assert_eq!(read("signs", purpose).err(), signs);
        let carries = (purpose == SmimePurpose::Sign).then_some(SmimeError::NotMadeFor { purpose });
        assert_eq!(read("carries", purpose).err(), carries);
    }
    let pem = std::fs::read(folder.join("plain.crt")).unwrap();
    let der = import::read_certificates(&pem).unwrap();
    let later = Timestamp::now() + jiff::SignedDuration::from_hours(24 * 31);
    let over = MailCertificate::read(der.first().unwrap(), SmimePurpose::Encrypt, later);
    assert!(matches!(over, Err(SmimeError::NotValid { .. })), "{over:?}");
    assert!(matches!(
        MailCertificate::read(b"0\x03abc", SmimePurpose::Sign, Timestamp::now()),
        Err(SmimeError::Unreadable { .. })
    ));
    let keyed = import::read(&std::fs::read(folder.join("edwards.pem")).unwrap(), None).unwrap();
    assert!(MessageSigner::new(&keyed).is_err());
    let edwards = recipient(folder, "edwards", SmimePurpose::Encrypt).unwrap();
    assert!(matches!(faxseal::mail::smime::encrypt(b"x", &edwards), Err(SmimeError::Key { .. })));
}
