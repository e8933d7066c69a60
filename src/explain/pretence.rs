//! Messages that only look like a gateway's.

use faxseal::fax::received::{Pretence, Suspicion};
use faxseal::i18n::t;

/// What speaks against it, and what to do.
pub fn sentence(pretence: &Pretence) -> String {
    let gateway = pretence.gateway.as_str();
    match &pretence.why {
        Suspicion::OtherSender(sender) => t::pretence_other_sender(gateway, sender.as_str()),
        Suspicion::Failed(results) => t::pretence_failed(gateway, results.as_str()),
        Suspicion::NotVouched => t::pretence_not_vouched(gateway),
        Suspicion::OtherWay => t::pretence_other_way(gateway),
    }
}
