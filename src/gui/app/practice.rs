//! The numbers to practise with.

use faxseal::engine::practice as gateway;
use faxseal::fax::number::Number;
use faxseal::i18n::t;

/// Each number, and what becomes of a fax to it.
pub(super) fn numbers() -> Vec<(String, String)> {
    let numbers = [
        (gateway::OWN_NUMBER, t::compose_practice_own()),
        (gateway::OWN_NUMBER_AS_PDF, t::compose_practice_own_pdf()),
        (gateway::BUSY, t::compose_practice_busy()),
        (gateway::NO_ANSWER, t::compose_practice_no_answer()),
        (gateway::NOT_A_FAX_MACHINE, t::compose_practice_not_a_fax()),
        (gateway::REFUSED, t::compose_practice_refused()),
        (gateway::LATER, t::compose_practice_later()),
        (gateway::HANGS_UP, t::compose_practice_hangs_up()),
    ];
    let read = |(number, what): (&str, String)| Some((number.parse::<Number>().ok()?.international(), what));
    numbers.into_iter().filter_map(read).collect()
}
