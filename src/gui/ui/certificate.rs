//! A report's parts: checks, chain, transcript.

use faxseal::fax::certificate::{Certificate, CertificateReport, Check, Outcome};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, row, scrollable};
use iced::{Element, Fill, Padding};

use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::tip::tip;
use crate::gui::widget::{brief, label, line_across};

/// Every check with what it came to.
pub fn checks<'a, Message: 'a>(report: &'a CertificateReport) -> Column<'a, Message> {
    report.checks.iter().fold(Column::new(), |column, check| column.push(entry(check)).push(line_across()))
}

fn entry<'a, Message: 'a>(check: &'a Check) -> Element<'a, Message> {
    let (which, tone, word) = match check.result {
        _ if check.is_warning() => (Icon::TriangleAlert, Tone::Warn, t::security_warning()),
        Outcome::Passed => (Icon::CircleCheck, Tone::Ok, t::security_passed()),
        Outcome::Failed => (Icon::CircleX, Tone::Bad, t::security_failed()),
        Outcome::Unknown => (Icon::CircleQuestionMark, Tone::Warn, t::security_unknown()),
        Outcome::NotApplicable => (Icon::CircleMinus, Tone::Muted, t::security_not_applicable()),
    };
    let mark = container(icon::toned(which, 18, tone)).padding(Padding { top: 1.0, ..Padding::ZERO });
    let words = column![label::strong(explain::check_title(check)), label::small(explain::check_detail(check))];
    row![tip(mark, word, Position::Top), words.width(Fill)].spacing(10).padding([8, 0]).into()
}

/// The chain, each link further in than the one that it vouches for.
pub fn chain<'a, Message: 'a>(report: &'a CertificateReport) -> Column<'a, Message> {
    let last = report.chain.len().saturating_sub(1);
    let links = report.chain.iter().enumerate().map(|(at, certificate)| {
        let card = link(certificate, at, at == last && at > 0);
        container(card).padding(Padding { left: 22.0 * at.min(4) as f32, ..Padding::ZERO }).into()
    });
    Column::with_children(links).spacing(8)
}

fn link<'a, Message: 'a>(certificate: &'a Certificate, at: usize, last: bool) -> Element<'a, Message> {
    let key = certificate.key.as_str();
    let until = explain::date(certificate.not_after);
    let (which, detail) = if at == 0 {
        let names = t::names(certificate.names.len());
        (Icon::BadgeCheck, t::security_certificate(key, shortened(&certificate.serial), names))
    } else if certificate.anchor || last && certificate.subject == certificate.issuer {
        (Icon::Anchor, t::security_root(key, until))
    } else {
        (Icon::Link, t::security_intermediate(key, until))
    };
    let words = column![brief::strong(certificate.short_name()), label::small(detail)].width(Fill);
    let content = row![icon::icon(which, 18), words].spacing(10).align_y(iced::Center);
    let card = container(content).padding([10, 14]).width(Fill).style(theme::card);
    tip(card, certificate.subject.clone(), Position::Top)
}

/// The beginning and the end of pairs of digits.
#[must_use]
pub fn shortened(pairs: &str) -> String {
    let all: Vec<&str> = pairs.split(':').collect();
    match (all.get(..6), all.len().checked_sub(2).and_then(|from| all.get(from..))) {
        (Some(first), Some(last)) if all.len() > 9 => format!("{}:\u{2026}:{}", first.join(":"), last.join(":")),
        _ => pairs.to_owned(),
    }
}

/// What was said, line by line.
pub fn transcript<'a, Message: 'a>(report: &'a CertificateReport) -> Element<'a, Message> {
    if report.transcript.is_empty() {
        return label::small(t::security_no_transcript()).into();
    }
    let lines = report
        .transcript
        .iter()
        .map(|line| label::code(line.to_string()).wrapping(iced::widget::text::Wrapping::None).into());
    let across = scrollable::Direction::Horizontal(scrollable::Scrollbar::new().width(6).scroller_width(6));
    scrollable(Column::with_children(lines).padding(Padding { bottom: 8.0, ..Padding::ZERO }))
        .direction(across)
        .style(theme::scroll)
        .width(Fill)
        .into()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_digits_are_shortened() {
        assert_eq!(shortened("0A:3F:91"), "0A:3F:91");
        let long = ["AB"; 32].join(":");
        assert_eq!(shortened(&long), "AB:AB:AB:AB:AB:AB:\u{2026}:AB:AB");
    }
}
