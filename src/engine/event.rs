//! What the engine tells the faces.

use crate::fax::{JobId, ReceivedId};

/// Something changed. Events carry ids; who gets one reads again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A job took a step, or is new.
    Job(JobId),
    /// Bytes of a job's message that are out, of all its bytes.
    Progress {
        /// The job.
        job: JobId,
        /// Bytes out.
        sent: u64,
        /// Bytes in all.
        of: u64,
    },
    /// A fax came in.
    Received(ReceivedId),
    /// Something about the inbox changed.
    Inbox,
    /// The words on a page of a received fax were read.
    Words(ReceivedId),
    /// A rule asks that the user be told of a received fax.
    Notify(ReceivedId),
    /// The rules for received faxes changed.
    Rules,
    /// There is a new report of this account's gateway.
    Security {
        /// The account.
        account: String,
    },
    /// There is a new report of a session with the built-in receiver, or it began or ended.
    Receiver,
    /// The mailbox was set otherwise, fetching from it goes otherwise, or there is a new report of its server.
    Mailbox,
    /// The accounts changed.
    Accounts,
    /// Our own certificates changed.
    Identities,
    /// The address book changed.
    Contacts,
    /// The drafts changed.
    Drafts,
    /// The signatures changed.
    Signatures,
    /// Another process changed something: whatever is shown is read again.
    Elsewhere,
}
