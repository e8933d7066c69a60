//! Signing messages with a key of ours: the key stays behind the library's door.

use std::fmt;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::sign::SigningKey;

use super::identity::{IdentityError, Keyed};
use crate::mail::smime::{SignatureKind, Signer};

/// The ways in which a message may be signed, by what the key is.
const KINDS: [(SignatureScheme, SignatureKind); 3] = [
    (SignatureScheme::ECDSA_NISTP256_SHA256, SignatureKind::EcdsaP256),
    (SignatureScheme::ECDSA_NISTP384_SHA384, SignatureKind::EcdsaP384),
    (SignatureScheme::RSA_PKCS1_SHA256, SignatureKind::RsaSha256),
];

/// A certificate of ours that signs messages. The key is never shown.
pub struct MessageSigner {
    chain: Vec<Vec<u8>>,
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
    kind: SignatureKind,
}

impl fmt::Debug for MessageSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MessageSigner").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl MessageSigner {
    /// With this certificate and key.
    ///
    /// # Errors
    /// [`IdentityError`] for a key that signs in no way that readers of mail know.
    pub fn new(keyed: &Keyed) -> Result<Self, IdentityError> {
        let key = keyed.certified()?.key;
        let found = KINDS.into_iter().find(|(scheme, _)| key.choose_scheme(&[*scheme]).is_some());
        let (scheme, kind) = found.ok_or_else(|| IdentityError::BadKey { detail: format!("{:?}", key.algorithm()) })?;
        Ok(Self { chain: keyed.chain.iter().map(|der| der.to_vec()).collect(), key, scheme, kind })
    }
}

impl Signer for MessageSigner {
    fn kind(&self) -> SignatureKind {
        self.kind
    }

    fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let signer = self.key.choose_scheme(&[self.scheme]).ok_or("the key does not sign so")?;
        signer.sign(bytes).map_err(|error| error.to_string())
    }
}
