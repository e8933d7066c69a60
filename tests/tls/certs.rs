//! Certificates made for one test.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, SignatureAlgorithm, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate with its key and what the server sends beside it.
pub struct Credentials {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: KeyPair,
}

impl Credentials {
    pub fn leaf(&self) -> &CertificateDer<'static> {
        &self.chain[0]
    }

    pub fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(self.key.serialize_der().into())
    }

    pub fn chain_pem(&self) -> String {
        let one = |der: &CertificateDer<'_>| faxseal::tls::certificate::describe(der).unwrap().pem;
        self.chain.iter().map(one).collect()
    }
}

/// An authority made for one test.
pub struct Ca {
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Ca {
    pub fn new(name: &str) -> Self {
        Self::of(name, &rcgen::PKCS_ECDSA_P256_SHA256)
    }

    /// The same with a key of this kind.
    pub fn of(name: &str, kind: &'static SignatureAlgorithm) -> Self {
        let key = KeyPair::generate_for(kind).unwrap();
        let params = authority(name);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// The same authority in a certificate that ends on this day.
    pub fn until(&self, name: &str, year: i32, month: u8, day: u8) -> String {
        let mut params = authority(name);
        params.not_after = date_time_ymd(year, month, day);
        params.self_signed(self.issuer.key()).unwrap().pem()
    }

    /// A good certificate for `localhost` and 127.0.0.1, but for what `change` does to it.
    pub fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Credentials {
        self.issue_for(&rcgen::PKCS_ECDSA_P256_SHA256, change)
    }

    /// The same for a key of this kind.
    pub fn issue_for(
        &self,
        kind: &'static SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Credentials {
        let mut params = good();
        change(&mut params);
        let key = KeyPair::generate_for(kind).unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        Credentials { chain: vec![leaf.der().clone()], key }
    }

    /// A list of June 2026 with these serial numbers, revoked on 2026-05-01.
    pub fn crl(&self, serials: &[u64]) -> List {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2026, 5, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 6, 1),
            next_update: date_time_ymd(2026, 7, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&self.issuer).unwrap();
        List { der: list.der().to_vec(), pem: list.pem().unwrap() }
    }

    /// A good certificate by way of another authority, whose certificate the server sends along.
    pub fn issue_through(&self, middle: &str, change: impl FnOnce(&mut CertificateParams)) -> Credentials {
        let middle_key = KeyPair::generate().unwrap();
        let mut params = authority(middle);
        change(&mut params);
        let middle_certificate = params.signed_by(&middle_key, &self.issuer).unwrap();
        let issuer = Issuer::new(params, middle_key);
        let key = KeyPair::generate().unwrap();
        let leaf = good().signed_by(&key, &issuer).unwrap();
        Credentials { chain: vec![leaf.der().clone(), middle_certificate.der().clone()], key }
    }
}

/// A list of revoked certificates.
pub struct List {
    pub der: Vec<u8>,
    pub pem: String,
}

/// A certificate that vouches for itself.
pub fn self_signed(change: impl FnOnce(&mut CertificateParams)) -> Credentials {
    let mut params = good();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let leaf = params.self_signed(&key).unwrap();
    Credentials { chain: vec![leaf.der().clone()], key }
}

fn good() -> CertificateParams {
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2035, 1, 1);
    params
}

pub fn expired(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2025, 1, 1);
}

pub fn names(params: &mut CertificateParams, names: &[&str]) {
    params.subject_alt_names = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        .unwrap()
        .subject_alt_names;
}
