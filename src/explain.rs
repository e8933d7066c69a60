//! The sentences that a person reads about facts of the core, made in this one place for both faces.

pub mod activity;
pub mod certificate;
#[cfg(feature = "gui")]
pub mod connection;
pub mod contacts;
pub mod cover;
#[cfg(feature = "gui")]
pub mod doubt;
pub mod identity;
pub mod inbox;
pub mod mailbox;
#[cfg(feature = "gui")]
pub mod pin;
pub mod pretence;
mod published;
pub mod receipts;
pub mod receiver;
pub mod receiving;
pub mod report;
pub mod signature;
pub mod smime;
pub mod transmission;

use faxseal::engine::practice::PracticeError;
use faxseal::engine::{
    AccountError, AnchorError, ComposeError, CrlError, DocumentError, EngineError, OpenError, PlaceError, QueueError,
    RoadStep, SecretError, SettingsError, StepOutcome, StepTaken, StoreError, TokenError,
};
use faxseal::fax::catalogue::PresetError;
use faxseal::fax::certificate::{
    CertificateReport, Check, CheckName, Fact, Outcome, RevocationSource, Service, Verdict,
};
use faxseal::fax::gateway::{AddressError, TlsStart};
use faxseal::fax::job::{Failure, Hold, Job, Phase, Setback, Stage};
#[cfg(feature = "gui")]
use faxseal::fax::number::LineKind;
use faxseal::fax::number::NumberError;
use faxseal::fax::page::Resolution;
use faxseal::fax::retry;
use faxseal::i18n::t;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A check's title, which tells its outcome where there is a word for it.
pub fn check_title(check: &Check) -> String {
    let failed = check.result == Outcome::Failed;
    match (check.check, &check.fact) {
        (CheckName::Starttls, _) if failed => t::check_starttls_failed(),
        (CheckName::Starttls, Fact::ImplicitTls) => t::check_implicit_tls(),
        (CheckName::Starttls, _) => t::check_starttls(),
        (CheckName::Injection, _) if failed => t::check_injection_failed(),
        (CheckName::Injection, _) => t::check_injection(),
        (CheckName::TlsVersion, Fact::Version { version }) => version.clone(),
        (CheckName::TlsVersion, _) if failed => t::check_tls_version_failed(),
        (CheckName::TlsVersion, _) => t::check_tls_version(),
        (CheckName::CipherSuite, _) => t::check_cipher_suite(),
        (CheckName::Authority, _) if failed => t::check_authority_failed(),
        (CheckName::Authority, _) => t::check_authority(),
        (CheckName::Validity, Fact::Expired { .. }) => t::check_validity_expired(),
        (CheckName::Validity, Fact::NotYetValid { .. }) => t::check_validity_early(),
        (CheckName::Validity, _) if check.is_warning() => t::check_validity_soon(),
        (CheckName::Validity, _) => t::check_validity(),
        (CheckName::Identity, _) if failed => t::check_identity_failed(),
        (CheckName::Identity, _) => t::check_identity(),
        (CheckName::KeyUsage, _) if failed => t::check_key_usage_failed(),
        (CheckName::KeyUsage, _) => t::check_key_usage(),
        (CheckName::Signature, _) if failed => t::check_signature_failed(),
        (CheckName::Signature, _) => t::check_signature(),
        (CheckName::Revocation, _) if check.result == Outcome::Unknown => t::check_revocation_unknown(),
        (CheckName::Revocation, Fact::StapleMissing) => t::check_staple_missing(),
        (CheckName::Revocation, _) if failed => t::check_revocation_failed(),
        (CheckName::Revocation, _) => t::check_revocation(),
        (CheckName::Pin, _) if failed => t::check_pin_failed(),
        (CheckName::Pin, _) => t::check_pin(),
        (CheckName::ClientCertificate, _) if check.is_warning() => t::check_client_certificate_soon(),
        (CheckName::ClientCertificate, _) => t::check_client_certificate(),
        (CheckName::History, Fact::FirstSeen) => t::check_history_first(),
        (CheckName::History, Fact::Changed { .. }) => t::check_history_changed(),
        (CheckName::History, Fact::SeenSince { .. }) => t::check_history(),
        (CheckName::History, _) => t::check_history_unknown(),
        (CheckName::Dane, Fact::Published(fact)) => published::dane_title(fact),
        (CheckName::Dane, _) => t::check_dane(),
        (CheckName::MtaSts, Fact::Published(fact)) => published::mta_sts_title(fact),
        (CheckName::MtaSts, _) => t::check_mta_sts(),
    }
}

/// A check's sentence.
pub fn check_detail(check: &Check) -> String {
    match &check.fact {
        Fact::NotReached => t::fact_not_reached(),
        Fact::StarttlsTaken => t::fact_starttls_taken(),
        Fact::ImplicitTls => t::fact_implicit_tls(),
        Fact::StarttlsNotOffered => t::fact_starttls_not_offered(),
        Fact::StarttlsRefused { reply } => t::fact_starttls_refused(reply.as_str()),
        Fact::NotSmtp { detail } => t::fact_not_smtp(detail.as_str()),
        Fact::NotImap { detail } => t::fact_not_imap(detail.as_str()),
        Fact::Preauth => t::fact_preauth(),
        Fact::NothingInjected => t::fact_nothing_injected(),
        Fact::Injected { bytes } => t::fact_injected(*bytes),
        Fact::NotEncrypted { detail } => t::fact_not_encrypted(detail.as_str()),
        Fact::Version { version } => t::fact_version(version.as_str()),
        Fact::VersionTooOld => t::fact_version_too_old(),
        Fact::HandshakeFailed { detail } => t::fact_handshake_failed(detail.as_str()),
        Fact::NotNist { detail } => t::fact_not_nist(detail.as_str()),
        Fact::NotNistKind { detail } => t::fact_not_nist_kind(detail.as_str()),
        Fact::Suite { suite, key_exchange, post_quantum, nist } => {
            let agreed = if *post_quantum {
                t::fact_suite_post_quantum(suite.as_str(), key_exchange.as_str())
            } else {
                t::fact_suite(suite.as_str(), key_exchange.as_str())
            };
            if *nist { t::fact_suite_nist(agreed) } else { agreed }
        }
        Fact::Chain { length, anchor } => t::fact_chain(*length, anchor.as_str()),
        Fact::SelfSigned => t::fact_self_signed(),
        Fact::UnknownIssuer { issuer } => t::fact_unknown_issuer(issuer.as_str()),
        Fact::ChainBroken { detail } => t::fact_chain_broken(detail.as_str()),
        Fact::ExcusedByPin => t::fact_excused_by_pin(),
        Fact::Valid { not_before, not_after, days_left } => {
            t::fact_valid(date(*not_before), date(*not_after), t::days_left(*days_left))
        }
        Fact::Expired { not_before, not_after } => t::fact_expired(date(*not_before), date(*not_after)),
        Fact::NotYetValid { not_before, not_after } => t::fact_not_yet_valid(date(*not_before), date(*not_after)),
        Fact::NameMatches { name, names } => t::fact_name_matches(name.as_str(), t::names(*names)),
        Fact::NameDiffers { name, names } if names.is_empty() => t::fact_name_differs_none(name.as_str()),
        Fact::NameDiffers { name, names } => t::fact_name_differs(name.as_str(), names.join(", ")),
        Fact::ForServers => t::fact_for_servers(),
        Fact::NotForServers => t::fact_not_for_servers(),
        Fact::AuthorityAsServer => t::fact_authority_as_server(),
        Fact::Weak { detail } => t::fact_weak(detail.as_str()),
        Fact::KeyProven { scheme } => t::fact_key_proven(scheme.as_str()),
        Fact::KeyNotProven => t::fact_key_not_proven(),
        Fact::NoRevocationData => t::fact_no_revocation_data(),
        Fact::RevocationUnusable { detail } => t::fact_revocation_unusable(detail.as_str()),
        Fact::StapleMissing => t::fact_staple_missing(),
        Fact::NotRevoked { source: RevocationSource::Ocsp, at } => t::fact_not_revoked_ocsp(date(*at)),
        Fact::NotRevoked { source: RevocationSource::Crl, at } => t::fact_not_revoked_crl(date(*at)),
        Fact::Revoked { at, authority: Some(authority), .. } => {
            t::fact_revoked_authority(authority.as_str(), date(*at))
        }
        Fact::Revoked { source: RevocationSource::Ocsp, at, .. } => t::fact_revoked_ocsp(date(*at)),
        Fact::Revoked { source: RevocationSource::Crl, at, .. } => t::fact_revoked_crl(date(*at)),
        Fact::NotRemembered => t::fact_not_remembered(),
        Fact::FirstSeen => t::fact_first_seen(),
        Fact::SeenSince { since } => t::fact_seen_since(date(*since)),
        Fact::Changed { before, last, same_key, same_issuer } => {
            let what = match (same_key, same_issuer) {
                (true, _) => t::fact_changed_same_key(),
                (false, true) => t::fact_changed_same_issuer(),
                (false, false) => t::fact_changed_everything(),
            };
            t::fact_changed(date(*last), before.to_string(), what)
        }
        Fact::NothingPinned => t::fact_nothing_pinned(),
        Fact::PinMatches => t::fact_pin_matches(),
        Fact::PinDiffers { seen } => t::fact_pin_differs(seen.to_string()),
        Fact::ClientNotAsked => t::fact_client_not_asked(),
        Fact::ClientHasNone => t::fact_client_has_none(),
        Fact::ClientSent { subject, period } => identity::client_sent(subject, period.as_ref()),
        Fact::ClientRefused { detail } => t::fact_client_refused(detail.as_str()),
        Fact::Published(fact) => published::detail(fact),
        Fact::Unreadable { detail } => t::fact_unreadable(detail.as_str()),
        Fact::CommandsInjected
        | Fact::ForClients
        | Fact::NotForClients
        | Fact::AuthorityAsClient
        | Fact::ClientNotDemanded
        | Fact::ClientNotShown
        | Fact::ClientShown { .. } => receiver::fact(&check.fact),
    }
}

/// What a report's checks together mean.
pub fn verdict_title(report: &CertificateReport) -> String {
    match report.verdict {
        Verdict::Verified => t::verdict_verified(),
        Verdict::Pinned => t::verdict_pinned(),
        Verdict::Unreached if report.service == Service::Mailbox => t::verdict_unreached_mailbox(),
        Verdict::Unreached => t::verdict_unreached(),
        Verdict::Refused if report.service == Service::Mailbox => t::verdict_refused_mailbox(refusal_reason(report)),
        Verdict::Refused => t::verdict_refused(refusal_reason(report)),
    }
}

/// The line under the verdict.
pub fn verdict_detail(report: &CertificateReport, now: Timestamp) -> String {
    let host = format!("{}:{}", report.host, report.port);
    match report.verdict {
        Verdict::Verified | Verdict::Pinned => t::verdict_detail(host, moment(report.at, now)),
        Verdict::Unreached => t::verdict_unreached_detail(host, report.unreached.clone().unwrap_or_default()),
        Verdict::Refused if report.service == Service::Mailbox => t::verdict_refused_mailbox_detail(),
        Verdict::Refused => t::verdict_refused_detail(),
    }
}

/// Why nothing may be sent, in a few words: the first check that failed.
pub fn refusal_reason(report: &CertificateReport) -> String {
    let Some(check) = report.failed().next() else { return t::reason_other() };
    let of_mailbox = (report.service == Service::Mailbox).then(|| mailbox::reason(check)).flatten();
    of_mailbox.unwrap_or_else(|| reason(check.check, Some(&check.fact)))
}

fn reason(check: CheckName, fact: Option<&Fact>) -> String {
    match check {
        CheckName::Starttls => t::reason_starttls(),
        CheckName::Injection => t::reason_injection(),
        CheckName::TlsVersion => t::reason_tls_version(),
        CheckName::CipherSuite => t::reason_cipher_suite(),
        CheckName::Authority => t::reason_authority(),
        CheckName::Validity if matches!(fact, Some(Fact::NotYetValid { .. })) => t::reason_validity_early(),
        CheckName::Validity => t::reason_validity(),
        CheckName::Identity => t::reason_identity(),
        CheckName::KeyUsage => t::reason_key_usage(),
        CheckName::Signature => t::reason_signature(),
        CheckName::Revocation if fact == Some(&Fact::StapleMissing) => t::reason_staple_missing(),
        CheckName::Revocation => t::reason_revocation(),
        CheckName::Pin => t::reason_pin(),
        CheckName::ClientCertificate => t::reason_client_certificate(),
        CheckName::Dane => t::reason_dane(),
        CheckName::MtaSts => t::reason_mta_sts(),
        CheckName::History => t::reason_other(),
    }
}

/// Where a job stands, in one sentence.
pub fn stage(job: &Job, now: Timestamp) -> String {
    match &job.stage {
        Stage::Queued { due, last: None } if *due <= now => t::stage_queued_now(),
        Stage::Queued { due, last: None } => t::stage_queued_at(soon(*due, now)),
        Stage::Queued { due, last: Some(setback) } => {
            let (when, attempt, most) = (soon(*due, now), job.attempts, retry::MOST_ATTEMPTS);
            match setback {
                Setback::Refused(refusal) => t::stage_queued_refused(refusal.reply.to_string(), when, attempt, most),
                Setback::Lost { detail } => t::stage_queued_lost(detail.as_str(), when, attempt, most),
                Setback::Interrupted => t::stage_queued_interrupted(when),
            }
        }
        Stage::Submitting { phase: Phase::Connecting, .. } => t::stage_submitting(),
        Stage::Submitting { phase: Phase::Data, .. } => t::stage_submitting_data(),
        Stage::Held { why } => hold(why),
        Stage::Accepted { reply, at } if reply.text.is_empty() => t::stage_accepted_by_user(moment(*at, now)),
        Stage::Accepted { at, .. } if job.is_overdue(now) => t::receipt_overdue(moment(*at, now)),
        Stage::Accepted { at, .. } => t::stage_accepted(moment(*at, now)),
        Stage::Delivered { receipt } => match receipt.seconds {
            Some(seconds) => t::stage_delivered_seconds(moment(receipt.at, now), duration(f64::from(seconds))),
            None => t::stage_delivered(moment(receipt.at, now)),
        },
        Stage::InDoubt { .. } => t::stage_in_doubt(),
        Stage::Failed { failure, .. } => failed(failure, job.attempts),
        Stage::Cancelled { at } => t::stage_cancelled(moment(*at, now)),
    }
}

fn hold(why: &Hold) -> String {
    match why {
        Hold::Insecure { failed } => {
            t::stage_held_insecure(failed.first().map_or_else(t::reason_other, |check| reason(*check, None)))
        }
        Hold::Account(refusal) => t::stage_held_account(refusal.reply.to_string()),
        Hold::NoSecret { detail } => t::stage_held_no_secret(detail.as_str()),
        Hold::NoAccount { detail } => t::stage_held_no_account(detail.as_str()),
        Hold::Paused => t::stage_held_paused(),
    }
}

fn failed(failure: &Failure, attempts: u32) -> String {
    match failure {
        Failure::Refused(refusal) => t::stage_failed_refused(refusal.reply.to_string()),
        Failure::TooLarge { size, limit } => t::stage_failed_too_large(bytes(*size), bytes(*limit)),
        Failure::GaveUp(Setback::Refused(refusal)) => {
            t::stage_failed_gave_up_refused(attempts, refusal.reply.to_string())
        }
        Failure::GaveUp(Setback::Lost { detail }) => t::stage_failed_gave_up_lost(attempts, detail.as_str()),
        Failure::GaveUp(Setback::Interrupted) => t::stage_failed_gave_up_interrupted(attempts),
        Failure::Undelivered(receipt) => {
            t::stage_failed_undelivered(receipt.diagnostic.clone().unwrap_or_else(t::undelivered_no_words))
        }
    }
}

/// Why a document does not become pages, and what to do.
pub fn document_error(error: &DocumentError) -> String {
    match error {
        DocumentError::Empty => t::document_empty(),
        DocumentError::UnknownKind => t::document_unknown_kind(),
        DocumentError::Folder => t::document_folder(),
        DocumentError::Unreadable { detail } => t::document_unreadable(detail.as_str()),
        DocumentError::Encrypted => t::document_encrypted(),
        DocumentError::WrongPassword => t::document_wrong_password(),
        DocumentError::Broken { detail } => t::document_broken(detail.as_str()),
        DocumentError::NotRead { detail } => t::document_not_read(detail.as_str()),
        DocumentError::NoPages => t::document_no_pages(),
        DocumentError::TooManyPages { pages, limit } => t::document_too_many_pages(*pages, *limit),
        DocumentError::TooLarge => t::document_too_large(),
        DocumentError::Crashed => t::document_crashed(),
        DocumentError::TimedOut => t::document_timed_out(),
        DocumentError::NoGhostscript => t::received_no_ghostscript(),
        DocumentError::OutOfMemory => t::document_out_of_memory(),
    }
}

/// Why a text is not a fax number, and what to do.
pub fn number_error(error: &NumberError) -> String {
    match error {
        NumberError::Empty => t::number_empty(),
        NumberError::NotANumber => t::number_not_a_number(),
        NumberError::NoCountry => t::number_no_country(),
        NumberError::UnknownCountry => t::number_unknown_country(),
        NumberError::TooShort => t::number_too_short(),
        NumberError::TooLong => t::number_too_long(),
        NumberError::Extension => t::number_extension(),
    }
}

/// Why the gateway has no address for a recipient.
pub fn address_error(error: &AddressError) -> String {
    match error {
        AddressError::NoSubAddress => t::address_no_sub_address(),
        AddressError::TooLong => t::address_too_long(),
        other => t::address_bad_template(other.to_string()),
    }
}

/// Why no account can be made from a profile.
pub fn preset_error(error: &PresetError, title: &str) -> String {
    match error {
        PresetError::NoHost => t::preset_no_host(title),
        PresetError::NoAddress => t::preset_no_address(title),
        PresetError::Address(error) => address_error(error),
    }
}

/// Why a fax was not queued.
pub fn queue_error(error: &QueueError) -> String {
    match error {
        QueueError::NoPages => t::queue_no_pages(),
        QueueError::NoRecipient => t::queue_no_recipient(),
        QueueError::Address { recipient, why } => format!("{recipient}: {}", address_error(why)),
        QueueError::Resolution => t::queue_resolution(),
        QueueError::Compose(ComposeError::Sender { address }) => t::account_bad_sender(address.as_str()),
        QueueError::Compose(ComposeError::Smime(error)) => smime::error(error),
        QueueError::Compose(error) => t::engine_other(error.to_string()),
        QueueError::Engine(error) => engine_error(error),
    }
}

/// Why the engine could not do what it was asked.
pub fn engine_error(error: &EngineError) -> String {
    match error {
        EngineError::Store(error) => store_error(error),
        EngineError::Settings(error) => settings_error(error),
        EngineError::Secret(error) => {
            let (what, advice) = secret_error(error);
            format!("{what} {advice}").trim_end().to_owned()
        }
        EngineError::NoAccount { name } if name.is_empty() => t::engine_no_account_at_all(),
        EngineError::NoAccount { name } => t::engine_no_account(name.as_str()),
        EngineError::Account(error) => account_error(error),
        EngineError::Identity(fault) => identity::fault(fault),
        EngineError::NotFound => t::engine_not_found(),
        EngineError::Rule(error) => inbox::rule_error(*error),
        EngineError::BadName => t::inbox_bad_name(),
        EngineError::Illegal(illegal) => match illegal.stage {
            "submitting" => t::engine_illegal_submitting(),
            "in-doubt" => t::engine_illegal_in_doubt(),
            stage => t::engine_illegal(stage),
        },
        EngineError::Document(error) => document_error(error),
        EngineError::Mail(error) => t::engine_other(error.to_string()),
        EngineError::Contact(error) => contacts::contact_error(*error),
        EngineError::Book(error) => contacts::book_error(*error),
        EngineError::Write(error) => t::engine_other(error.to_string()),
        EngineError::Gone => t::engine_gone(),
    }
}

/// Why a profile could not be opened, and what to do next.
pub fn open_error(error: &OpenError) -> (String, String) {
    match error {
        OpenError::Place(error) => (place_error(error), String::new()),
        OpenError::Secret(error) => secret_error(error),
        OpenError::Settings(error) => (settings_error(error), String::new()),
        OpenError::Store(error) => (store_error(error), String::new()),
        OpenError::Practice(error) => (practice_error(error), String::new()),
        OpenError::Engine(error) => (engine_error(error), String::new()),
    }
}

fn place_error(error: &PlaceError) -> String {
    match error {
        PlaceError::NoHome => t::place_no_home(),
        PlaceError::Full { path } => t::place_full(path.display().to_string()),
        PlaceError::Denied { path, detail } => t::place_denied(path.display().to_string(), detail.as_str()),
        PlaceError::Io { path, detail } => t::place_io(path.display().to_string(), detail.as_str()),
    }
}

/// What went wrong, and the way out where it is the vault that is shut.
#[cfg(feature = "gui")]
pub fn vault_trouble(error: &EngineError) -> (String, Option<String>) {
    match error {
        EngineError::Secret(error) => {
            let (what, advice) = secret_error(error);
            (what, Some(advice).filter(|advice| !advice.is_empty()))
        }
        error => (engine_error(error), None),
    }
}

fn secret_error(error: &SecretError) -> (String, String) {
    match error {
        SecretError::NoBus { .. } | SecretError::NoService { .. } => {
            (t::secret_no_keyring(error.to_string()), t::secret_no_keyring_advice())
        }
        SecretError::Locked { .. } => (t::secret_locked(), t::secret_locked_advice()),
        SecretError::TooLong { .. } | SecretError::Ambiguous { .. } | SecretError::Keyring { .. } => {
            (t::secret_keyring(error.to_string()), t::secret_no_keyring_advice())
        }
        SecretError::WrongPassphrase { path } => {
            (t::secret_wrong_passphrase(path.display().to_string()), t::secret_wrong_passphrase_advice())
        }
        SecretError::Damaged { path, detail } => {
            (t::secret_damaged(path.display().to_string(), detail.as_str()), t::secret_damaged_advice())
        }
        SecretError::Newer { path, .. } => (t::newer(path.display().to_string()), t::newer_advice()),
        SecretError::DatabaseKeyMissing { database } => {
            (t::secret_key_missing(database.display().to_string()), t::secret_key_missing_advice())
        }
        SecretError::Crypto { detail } => (t::engine_other(detail.as_str()), String::new()),
        SecretError::Place(error) => (place_error(error), String::new()),
    }
}

/// Why settings, or a profile of the user's own, cannot be used.
pub fn settings_error(error: &SettingsError) -> String {
    match error {
        SettingsError::Broken { path, line: Some(line), detail } => {
            t::settings_broken_line(path.display().to_string(), *line, detail.as_str())
        }
        SettingsError::Broken { path, line: None, detail } => {
            t::settings_broken(path.display().to_string(), detail.as_str())
        }
        SettingsError::Unwritable { detail } => t::engine_other(detail.as_str()),
        SettingsError::Place(error) => place_error(error),
    }
}

fn store_error(error: &StoreError) -> String {
    match error {
        StoreError::WrongKey { database } => t::store_wrong_key(database.display().to_string()),
        StoreError::Newer { .. } => format!("{} {}", t::newer(t::store_name()), t::newer_advice()),
        StoreError::Full => t::store_full(),
        StoreError::ReadOnly { detail } => t::store_read_only(detail.as_str()),
        StoreError::Busy => t::store_busy(),
        StoreError::Corrupt { detail } | StoreError::Content { detail, .. } => t::store_damaged(detail.as_str()),
        StoreError::Place(error) => place_error(error),
        other => t::engine_store(other.to_string()),
    }
}

fn account_error(error: &AccountError) -> String {
    match error {
        AccountError::NoName => t::account_no_name(),
        AccountError::NameTaken { name } => t::account_name_taken(name.as_str()),
        AccountError::ChangedMeanwhile => t::account_changed_meanwhile(),
        AccountError::Host { host } => t::account_bad_host(host.as_str()),
        AccountError::Sender { address } => t::account_bad_sender(address.as_str()),
        AccountError::NoPassword => t::account_no_password(),
        AccountError::NoUser => t::account_no_user(),
        AccountError::NoTokenCommand => t::account_no_token_command(),
        AccountError::NoFolder => t::mailbox_no_folder(),
        AccountError::NoClientCertificate => t::account_no_client_certificate(),
        AccountError::Token(TokenError::NotRun { program, detail }) => {
            t::token_not_run(program.as_str(), detail.as_str())
        }
        AccountError::Token(TokenError::Failed { program, status }) => {
            t::token_failed(program.as_str(), status.as_str())
        }
        AccountError::Token(TokenError::Late { program }) => t::token_late(program.as_str()),
        AccountError::Token(TokenError::NoToken { program }) => t::token_none(program.as_str()),
        AccountError::Authorities(AnchorError::Unreadable { path, detail })
        | AccountError::Revocation(CrlError::Unreadable { path, detail })
        | AccountError::Certificate { path, detail } => t::cli_cannot_read(path.display().to_string(), detail.as_str()),
        AccountError::Authorities(error) => t::account_bad_authorities(error.to_string()),
        AccountError::Revocation(CrlError::NoList { path }) => t::account_no_crl(path.display().to_string()),
        AccountError::Import(error) => identity::import_error(error),
        AccountError::SmimeSign(error) => t::smime_cannot_sign(smime::error(error)),
        AccountError::SmimeEncrypt(error) => t::smime_cannot_encrypt(smime::error(error)),
    }
}

/// A step of an account's test.
pub fn step_title(step: RoadStep, tls: TlsStart) -> String {
    match step {
        RoadStep::Reached => t::step_reached(),
        RoadStep::Starttls if tls == TlsStart::Implicit => t::check_implicit_tls(),
        RoadStep::Starttls => t::check_starttls(),
        RoadStep::Certificate => t::step_certificate(),
        RoadStep::SignIn => t::step_sign_in(),
        RoadStep::SenderAccepted => t::step_sender(),
        RoadStep::Size => t::step_size(),
        RoadStep::Folders => t::mailbox_folders(),
    }
}

/// What came of a step, where its mark does not say it all.
pub fn step_detail(taken: &StepTaken) -> Option<String> {
    Some(match &taken.outcome {
        StepOutcome::Passed => return None,
        StepOutcome::Takes { limit: Some(limit) } => t::step_size_limit(bytes(*limit)),
        StepOutcome::Takes { limit: None } => t::step_size_untold(),
        StepOutcome::Found { folders } => mailbox::folders(folders),
        StepOutcome::Denied(error) => mailbox::error(error),
        StepOutcome::NotTried => t::step_not_tried(),
        StepOutcome::Lost { detail } => t::step_lost(detail.as_str()),
        StepOutcome::Insecure => t::step_insecure(),
        StepOutcome::Refused(refusal) => t::step_refused(refusal.reply.to_string()),
        StepOutcome::NoMechanism { offered } => t::sign_in_no_mechanism(offered.join(", ")),
        StepOutcome::Unprepared => t::sign_in_unprepared(),
        StepOutcome::Untrue { detail } => t::sign_in_untrue(detail.as_str()),
    })
}

/// Why the practice gateway does not start.
pub fn practice_error(error: &PracticeError) -> String {
    match error {
        PracticeError::Port { port, detail } => t::practice_port(port.to_string(), detail.as_str()),
        PracticeError::CaFile { path, detail } => t::cli_cannot_write(path.display().to_string(), detail.as_str()),
        PracticeError::Unmade { detail } => t::engine_other(detail.as_str()),
    }
}

/// The word for a kind of line, where one helps.
#[cfg(feature = "gui")]
pub fn line_kind(kind: LineKind) -> Option<String> {
    match kind {
        LineKind::Landline => Some(t::kind_landline()),
        LineKind::Mobile => Some(t::kind_mobile()),
        LineKind::TollFree => Some(t::kind_toll_free()),
        LineKind::Premium => Some(t::kind_premium()),
        LineKind::Unassigned => Some(t::kind_unassigned()),
        LineKind::LandlineOrMobile | LineKind::Other => None,
    }
}

/// The word for a resolution.
pub fn resolution(resolution: Resolution) -> String {
    match resolution {
        Resolution::Standard => t::resolution_standard(),
        Resolution::Fine => t::resolution_fine(),
        Resolution::Superfine => t::resolution_superfine(),
    }
}

/// "212 KB".
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => t::bytes_small(count),
        1_000..1_000_000 => t::bytes_kb((count + 500) / 1_000),
        _ => t::bytes_mb(format!("{:.1}", count as f64 / 1e6)),
    }
}

/// "2 min 40 s".
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds / 60 {
        0 => t::duration_seconds(seconds),
        minutes => t::duration_minutes(minutes, seconds % 60),
    }
}

/// "2 Feb 2026", in local time.
pub fn date(at: Timestamp) -> String {
    let local = local(at);
    t::date_year(i64::from(local.day()), month(local), local.year().to_string())
}

/// "today 09:41", "yesterday 17:05", "18 Nov 09:41", "18 Nov 2025 09:41", in local time.
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    let (local, today) = (local(at), local(now));
    let time = time(at);
    if local.date() == today.date() {
        t::moment_today(time)
    } else if local.date().checked_add(1.day()).is_ok_and(|next| next == today.date()) {
        t::moment_yesterday(time)
    } else if today.date().checked_add(1.day()).is_ok_and(|next| next == local.date()) {
        t::moment_tomorrow(time)
    } else {
        t::moment_other(day(at, now), time)
    }
}

/// "in 4 minutes" within the hour, else as [`moment`].
fn soon(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    match seconds {
        ..30 => t::moment_soon(0),
        30..3600 => t::moment_soon((seconds + 30) / 60),
        _ => moment(at, now),
    }
}

/// "18 Nov", with the year if it is another one, in local time.
pub fn day(at: Timestamp, now: Timestamp) -> String {
    let local_day = local(at);
    if local_day.year() == local(now).year() {
        t::date_near(i64::from(local_day.day()), month(local_day))
    } else {
        date(at)
    }
}

/// "09:41", in local time.
pub fn time(at: Timestamp) -> String {
    let local = local(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

fn local(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::system()).datetime()
}

fn month(at: DateTime) -> String {
    t::month_short(i64::from(at.month()))
}
