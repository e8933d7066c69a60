//! Accounts, our own certificates, signatures, and what is known of the connection.

use zeroize::Zeroizing;

use crate::engine::{
    AccountChange, ChangedAccount, Engine, EngineError, GatewayProfiles, IdentityFrom, NewAccount, Renewal, RoadTest,
    SignatureError, Source, StepTaken, account, check, identity, preset, signature,
};
use crate::fax::SignatureId;
use crate::fax::certificate::{CertificateReport, SeenCertificate};
use crate::fax::gateway::Gateway;
use crate::fax::identity::{Identity, Usage};
use crate::fax::signature::ink::{Ink, Signature};
use crate::store::Store;

impl Engine {
    /// All accounts, the usual one first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn accounts(&self) -> Result<Vec<Gateway>, EngineError> {
        account::all(&self.rooms).await
    }

    /// An account by its name, or the usual one.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn account(&self, name: Option<&str>) -> Result<Gateway, EngineError> {
        account::find(&self.rooms, name).await
    }

    /// What is known of gateways: built in, and the user's own.
    ///
    /// # Errors
    /// [`EngineError`]; a broken file is told in the answer.
    pub async fn gateway_profiles(&self) -> Result<GatewayProfiles, EngineError> {
        self.rooms.work(|rooms| Ok(preset::load(&rooms.place))).await
    }

    /// Adds an account, after everything of it that can be tried without a connection was.
    ///
    /// # Errors
    /// [`EngineError::Account`] and others; nothing is kept then.
    pub async fn add_account(&self, account: NewAccount) -> Result<(), EngineError> {
        account::add(&self.rooms, account).await
    }

    /// Removes an account and its secrets. Its jobs stay; those that wait are held.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn remove_account(&self, name: &str) -> Result<(), EngineError> {
        account::remove(&self.rooms, name).await
    }

    /// Changes an account in place, all of it or nothing, and lets held jobs go on that the change may help.
    /// A pin does not move to another host or port.
    ///
    /// # Errors
    /// [`EngineError::Account`], [`EngineError::NoAccount`] and others; nothing is changed then.
    pub async fn change_account(&self, change: AccountChange) -> Result<ChangedAccount, EngineError> {
        account::change(&self.rooms, change).await
    }

    /// Makes an account the one that a new fax goes by.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn set_usual_account(&self, name: &str) -> Result<(), EngineError> {
        account::set_usual(&self.rooms, name).await
    }

    /// Changes an account's password, and lets its held jobs go on.
    ///
    /// # Errors
    /// [`EngineError::NoAccount`] and others.
    pub async fn set_password(&self, name: &str, password: Zeroizing<String>) -> Result<(), EngineError> {
        account::set_password(&self.rooms, name, password).await
    }

    /// All of our own certificates, with the accounts that use them.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn identities(&self) -> Result<Vec<Identity>, EngineError> {
        identity::all(&self.rooms).await
    }

    /// One of our own certificates, by its name.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn identity(&self, name: &str) -> Result<Identity, EngineError> {
        identity::find(&self.rooms, name).await
    }

    /// Imports, makes or asks for a certificate of our own; its key goes to the vault.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others; nothing is kept then.
    pub async fn add_identity(&self, name: &str, usage: Usage, from: IdentityFrom) -> Result<Identity, EngineError> {
        identity::add(&self.rooms, name, usage, from).await
    }

    /// Makes the next certificate of an identity, or a request for it, beside the one in force.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn renew_identity(&self, name: &str, renewal: Renewal) -> Result<Identity, EngineError> {
        identity::renew(&self.rooms, name, renewal).await
    }

    /// Takes the next certificate of an identity into use: one that was made, or `signed`, PEM or DER, for which there
    /// is a request.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others; the one in force stays in force then.
    pub async fn complete_identity(&self, name: &str, signed: Option<Vec<u8>>) -> Result<Identity, EngineError> {
        identity::complete(&self.rooms, name, signed).await
    }

    /// Takes the renewal of an identity back.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn withdraw_renewal(&self, name: &str) -> Result<Identity, EngineError> {
        identity::withdraw(&self.rooms, name).await
    }

    /// Removes a certificate of our own with its key, if no account uses it.
    ///
    /// # Errors
    /// [`EngineError::Identity`] and others.
    pub async fn remove_identity(&self, name: &str) -> Result<(), EngineError> {
        identity::remove(&self.rooms, name).await
    }

    /// Opens a session with an account's gateway up to the handshake, sends nothing, keeps the report.
    ///
    /// # Errors
    /// [`EngineError`]; what is wrong with the server is in the report.
    pub async fn check(&self, account: &str) -> Result<CertificateReport, EngineError> {
        check::account(&self.rooms, account).await
    }

    /// Goes the whole road to an account's gateway without sending a fax; `watch` sees each step as it is taken.
    ///
    /// # Errors
    /// [`EngineError`]; what is wrong with the server is in the steps and the report.
    pub async fn test_account(
        &self,
        account: &str,
        watch: &mut (dyn FnMut(&StepTaken) + Send),
    ) -> Result<RoadTest, EngineError> {
        account::test(&self.rooms, account, watch).await
    }

    /// The last report of an account's gateway, if there was one.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn last_report(&self, account: &str) -> Result<Option<CertificateReport>, EngineError> {
        let account = account.to_owned();
        Ok(self.rooms.store(move |store| store.last_report(&account)).await?)
    }

    /// The certificates that a host has shown to accounts of this profile, the last one first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn history(&self, host: &str, port: u16) -> Result<Vec<SeenCertificate>, EngineError> {
        let host = host.to_owned();
        Ok(self.rooms.store(move |store| store.history(&host, port)).await?)
    }

    /// All signatures and initials, in the order in which they were made.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn signatures(&self) -> Result<Vec<Signature>, EngineError> {
        Ok(self.rooms.store(Store::signatures).await?)
    }

    /// Keeps a signature or initials under a name of their own.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub async fn add_signature(&self, name: String, initials: bool, ink: Ink) -> Result<SignatureId, SignatureError> {
        signature::add(&self.rooms, name, initials, ink).await
    }

    /// Removes a signature for good; what was sent with it keeps it.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn remove_signature(&self, id: SignatureId) -> Result<(), EngineError> {
        signature::remove(&self.rooms, id).await
    }

    /// Lifts the ink of a signature off a picture of paper, in a child process.
    ///
    /// # Errors
    /// [`SignatureError`]: why there is none that would be of use.
    pub async fn lift_signature(&self, source: Source) -> Result<Ink, SignatureError> {
        signature::lift(&self.rooms, source).await
    }
}
