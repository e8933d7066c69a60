//! SCRAM-SHA-256 (RFC 5802 and RFC 7677): the password never leaves, and the server proves that it knows it too.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use aws_lc_rs::{digest, hmac, pbkdf2, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{NotBegun, SaslFault, Secret};

/// RFC 7677 section 4 asks for at least so many rounds; a million take about a second.
const ITERATIONS: RangeInclusive<u64> = 4096..=1_000_000;

/// No channel binding (RFC 5802 section 6), for the -PLUS variants are not offered: the server is verified before we
/// sign in, and what binds a channel of TLS 1.3 (RFC 9266) few servers know. So `n`: we do not do it, whether the
/// server can or not. The second comma closes an empty authorisation identity.
const GS2_HEADER: &str = "n,,";

/// Our side of one exchange.
pub(super) struct Scram {
    /// Prepared by SASLprep.
    password: Secret,
    nonce: String,
    /// Our first message without its header.
    bare: Secret,
    stage: Stage,
}

enum Stage {
    Begun,
    /// Our proof is out; the server's must be the signature under this message.
    Shown {
        server_key: Box<hmac::Key>,
        message: Secret,
    },
    Proven,
    /// It went wrong, and the server will say so once more in its own words.
    Failed,
}

impl Scram {
    pub(super) fn new(user: &str, password: &str) -> Result<Self, NotBegun> {
        let mut octets = [0; 24];
        rand::fill(&mut octets).map_err(|_| NotBegun::Fault(SaslFault::NoRandom))?;
        Self::with_nonce(user, password, STANDARD.encode(octets))
    }

    fn with_nonce(user: &str, password: &str, nonce: String) -> Result<Self, NotBegun> {
        let prepared = |text| match stringprep::saslprep(text) {
            Ok(prepared) if !prepared.is_empty() => Ok(Secret::new(prepared.into_owned())),
            _ => Err(NotBegun::Unprepared),
        };
        let bare = Secret::new(format!("n={},r={nonce}", saslname(&prepared(user)?)));
        Ok(Self { password: prepared(password)?, nonce, bare, stage: Stage::Begun })
    }

    pub(super) fn first(&self) -> Secret {
        Secret::new(format!("{GS2_HEADER}{}", self.bare.as_str()))
    }

    pub(super) fn respond(&mut self, challenge: &str) -> Result<Secret, SaslFault> {
        match std::mem::replace(&mut self.stage, Stage::Failed) {
            Stage::Begun => self.prove(challenge),
            // The server says that we failed; its refusal follows.
            Stage::Shown { .. } if challenge.starts_with("e=") => Ok(Secret::default()),
            Stage::Shown { server_key, message } => {
                let signature = challenge.split(',').next().and_then(|part| part.strip_prefix("v="));
                let signature = signature.and_then(|text| STANDARD.decode(text).ok()).ok_or(SaslFault::NotScram)?;
                hmac::verify(&server_key, message.as_bytes(), &signature).map_err(|_| SaslFault::WrongSignature)?;
                self.stage = Stage::Proven;
                // The server's last word comes as a challenge, to which nothing is said (RFC 4954 section 4).
                Ok(Secret::default())
            }
            Stage::Proven | Stage::Failed => Err(SaslFault::Unasked),
        }
    }

    pub(super) const fn is_proven(&self) -> bool {
        matches!(self.stage, Stage::Proven)
    }

    /// Our last message (RFC 5802 section 3).
    fn prove(&mut self, challenge: &str) -> Result<Secret, SaslFault> {
        let ServerFirst { nonce, salt, iterations } = ServerFirst::read(challenge)?;
        // It is ours and something of its own.
        if nonce.strip_prefix(self.nonce.as_str()).is_none_or(str::is_empty) {
            return Err(SaslFault::OtherNonce);
        }
        let mut salted = Zeroizing::new([0; digest::SHA256_OUTPUT_LEN]);
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, iterations, &salt, self.password.as_bytes(), salted.as_mut_slice());
        let key = hmac::Key::new(hmac::HMAC_SHA256, salted.as_slice());
        let client_key = hmac::sign(&key, b"Client Key");
        let server_key = hmac::sign(&key, b"Server Key");
        let stored_key = digest::digest(&digest::SHA256, client_key.as_ref());
        let unproven = format!("c={},r={nonce}", STANDARD.encode(GS2_HEADER));
        let message = Secret::new(format!("{},{challenge},{unproven}", self.bare.as_str()));
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, stored_key.as_ref()), message.as_bytes());
        let proof: Zeroizing<Vec<u8>> =
            Zeroizing::new(client_key.as_ref().iter().zip(signature.as_ref()).map(|(key, mask)| key ^ mask).collect());
        let server_key = Box::new(hmac::Key::new(hmac::HMAC_SHA256, server_key.as_ref()));
        self.stage = Stage::Shown { server_key, message };
        Ok(Secret::new(format!("{unproven},p={}", STANDARD.encode(proof.as_slice()))))
    }
}

/// The server's first message.
struct ServerFirst<'a> {
    nonce: &'a str,
    salt: Vec<u8>,
    iterations: NonZeroU32,
}

impl<'a> ServerFirst<'a> {
    /// `r=NONCE,s=SALT,i=COUNT` and extensions, which we may pass over; one that we must know stands before them all.
    fn read(message: &'a str) -> Result<Self, SaslFault> {
        let mut parts = message.split(',');
        let mut part = |name| parts.next().and_then(|part| part.strip_prefix(name)).ok_or(SaslFault::NotScram);
        let (nonce, salt, count): (&str, &str, &str) = (part("r=")?, part("s=")?, part("i=")?);
        let salt = STANDARD.decode(salt).ok().filter(|salt| !salt.is_empty()).ok_or(SaslFault::NotScram)?;
        let count: u64 = count.parse().map_err(|_| SaslFault::NotScram)?;
        let iterations = u32::try_from(count).ok().filter(|_| ITERATIONS.contains(&count)).and_then(NonZeroU32::new);
        let iterations = iterations.ok_or(SaslFault::Iterations { count })?;
        let printable = nonce.bytes().all(|octet| octet.is_ascii_graphic());
        if printable { Ok(Self { nonce, salt, iterations }) } else { Err(SaslFault::NotScram) }
    }
}

/// A name as it may stand between commas (RFC 5802 section 5.1).
pub(super) fn saslname(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER_FIRST: &str = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    fn begun() -> Scram {
        Scram::with_nonce("user", "pencil", "rOprNGfwEbeRWgbNEkqO".to_owned()).ok().unwrap()
    }

    /// RFC 7677 section 3.
    #[test]
    fn the_standards_example() {
        let mut scram = begun();
        assert_eq!(scram.first().as_str(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let last = scram.respond(SERVER_FIRST).unwrap();
        let proof = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert_eq!(last.as_str(), format!("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,{proof}"));
        assert!(!scram.is_proven());
        assert_eq!(scram.respond("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").unwrap().as_str(), "");
        assert!(scram.is_proven());
        assert_eq!(scram.respond("v="), Err(SaslFault::Unasked));
    }

    #[test]
    fn a_server_that_lies_is_found_out() {
        let nonce = "rOprNGfwEbeRWgbNEkqO";
        for (challenge, fault) in [
            (format!("r={nonce},s=W22Z,i=4096"), SaslFault::OtherNonce),
            (format!("r=x{nonce}y,s=W22Z,i=4096"), SaslFault::OtherNonce),
            (format!("r={nonce}x,s=W22Z,i=4095"), SaslFault::Iterations { count: 4095 }),
            (format!("r={nonce}x,s=W22Z,i=0"), SaslFault::Iterations { count: 0 }),
            (format!("r={nonce}x,s=W22Z,i=4294971392"), SaslFault::Iterations { count: 4_294_971_392 }),
            (format!("r={nonce}x,s=W22Z,i=-1"), SaslFault::NotScram),
            (format!("r={nonce}x,s=,i=4096"), SaslFault::NotScram),
            (format!("r={nonce}x,s=?,i=4096"), SaslFault::NotScram),
            (format!("m=new,r={nonce}x,s=W22Z,i=4096"), SaslFault::NotScram),
            (format!("r={nonce}x,i=4096,s=W22Z"), SaslFault::NotScram),
            (String::new(), SaslFault::NotScram),
        ] {
            let mut scram = begun();
            assert_eq!(scram.respond(&challenge), Err(fault), "{challenge}");
            assert_eq!(scram.respond(SERVER_FIRST), Err(SaslFault::Unasked));
        }
        for (last, outcome) in [
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", Err(SaslFault::NotScram)),
            ("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Err(SaslFault::WrongSignature)),
            ("v=", Err(SaslFault::WrongSignature)),
            ("", Err(SaslFault::NotScram)),
            ("e=invalid-proof", Ok(Secret::default())),
        ] {
            let mut scram = begun();
            scram.respond(SERVER_FIRST).unwrap();
            assert_eq!(scram.respond(last), outcome, "{last}");
            assert!(!scram.is_proven());
        }
    }

    #[test]
    fn names_and_passwords_are_prepared() {
        let scram = Scram::with_nonce("a=b,\u{aa}", "I\u{ad}X", "x".to_owned()).ok().unwrap();
        assert_eq!((scram.bare.as_str(), scram.password.as_str()), ("n=a=3Db=2Ca,r=x", "IX"));
        for password in ["", "\u{7}", "\u{221}", "\u{627}1"] {
            assert!(matches!(Scram::with_nonce("a", password, "x".to_owned()), Err(NotBegun::Unprepared)));
        }
        assert_ne!(Scram::new("a", "b").ok().unwrap().nonce, Scram::new("a", "b").ok().unwrap().nonce);
    }

    proptest::proptest! {
        #[test]
        fn nothing_breaks_it(challenge in "(r=rOprNGfwEbeRWgbNEkqO)?[ -~]{0,60}") {
            let _ = begun().respond(&challenge);
        }
    }
}
