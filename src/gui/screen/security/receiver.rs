//! The built-in receiver on the screen: its own certificate, what it offers, and who came.

use faxseal::engine::{Engine, EngineError, Listening, Receiver, ReceiverError};
use faxseal::fax::certificate::Certificate;
use faxseal::fax::reception::SessionReport;

/// What is known of the receiver.
#[derive(Clone, Debug)]
pub struct Known {
    /// As it is set; none: it is not.
    pub set: Option<Receiver>,
    /// Where it listens, if it runs in this process.
    pub listening: Option<Listening>,
    /// Why it did not start.
    pub fault: Option<ReceiverError>,
    /// Its certificate, then what vouches for it; or why it cannot be read.
    pub certificates: Result<Vec<Certificate>, EngineError>,
    /// The last sessions, the last one first.
    pub sessions: Vec<SessionReport>,
}

impl Known {
    /// Reads it.
    pub async fn read(engine: Engine) -> Result<Box<Self>, EngineError> {
        Ok(Box::new(Self {
            set: engine.receiver().await?,
            listening: engine.receiver_listening().await,
            fault: engine.receiver_fault().await,
            certificates: engine.receiver_certificates().await,
            sessions: engine.receiver_sessions().await?,
        }))
    }

    /// Its certificate, then what vouches for it.
    pub fn chain(&self) -> &[Certificate] {
        self.certificates.as_deref().unwrap_or_default()
    }
}
