//! The parts of a report: checks, chain, transcript.

use faxseal::fax::certificate::{Certificate, Check, Line, Outcome};
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, row, scrollable};
use iced::{Center, Element, Fill, Padding};

use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::tip;
use crate::gui::widget::{brief, label, line_across};

/// Every check with what it came to.
pub fn checks<'a, Message: 'a>(checks: &'a [Check]) -> Column<'a, Message> {
    checks.iter().fold(Column::new(), |column, check| column.push(entry(check)).push(line_across()))
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

/// What can be done with one certificate of a chain.
#[derive(Clone, Debug)]
pub struct Acts<Message> {
    /// Show all that it says, or no longer.
    pub open: Message,
    /// Copy its SHA-256.
    pub copy_fingerprint: Message,
    /// Copy it.
    pub copy_pem: Message,
    /// Save it as a file.
    pub save_pem: Message,
}

/// The chain, each link further in than the one that it vouches for; the one that is `opened` tells all that it says.
/// `acts` makes what can be done of a place in the chain, a SHA-256 and a PEM.
pub fn chain<'a, Message: Clone + 'a>(
    certificates: &'a [Certificate],
    opened: Option<usize>,
    acts: impl Fn(usize, String, String) -> Acts<Message>,
) -> Column<'a, Message> {
    let links = certificates.iter().enumerate().map(|(at, certificate)| {
        let acts = acts(at, certificate.sha256.to_string(), certificate.pem.clone());
        let card = link(certificate, at, opened == Some(at), acts);
        let inwards = if opened.is_some() { 0 } else { at.min(4) };
        container(card).padding(Padding { left: 22.0 * inwards as f32, ..Padding::ZERO }).into()
    });
    Column::with_children(links).spacing(8)
}

fn link<'a, Message: Clone + 'a>(
    certificate: &'a Certificate,
    at: usize,
    opened: bool,
    acts: Acts<Message>,
) -> Element<'a, Message> {
    let key = certificate.key.as_str();
    let until = explain::date(certificate.not_after);
    let (which, detail) = if at == 0 {
        let names = t::names(certificate.names.len());
        (Icon::BadgeCheck, t::security_certificate(key, shortened(&certificate.serial), names))
    } else if certificate.anchor || certificate.subject == certificate.issuer {
        (Icon::Anchor, t::security_root(key, until))
    } else {
        (Icon::Link, t::security_intermediate(key, until))
    };
    let words = column![brief::strong(certificate.short_name()), label::small(detail)].width(Fill);
    let (sign, word) = if opened {
        (Icon::ChevronUp, t::connection_close_certificate())
    } else {
        (Icon::ChevronDown, t::connection_open_certificate())
    };
    let content = row![icon::icon(which, 18), words, icon::toned(sign, 16, Tone::Muted)].spacing(10);
    let kind = if opened { Kind::Bare } else { Kind::Card { tone: None } };
    let head = press(kind, content.align_y(Center)).padding([10, 14]).width(Fill).on_press(acts.open);
    let head = tip(head, word, Position::Top);
    if !opened {
        return head;
    }
    let quiet = |which, words: String, message| {
        let content = row![icon::icon(which, 14), label::strong(words).size(12)].spacing(6).align_y(Center);
        press(Kind::Secondary, content).padding([5, 10]).on_press(message)
    };
    let acts = row![
        quiet(Icon::Copy, t::connection_copy_fingerprint(), acts.copy_fingerprint),
        quiet(Icon::Copy, t::connection_copy_certificate(), acts.copy_pem),
        quiet(Icon::FileDown, t::connection_save_certificate(), acts.save_pem),
    ];
    let body = column![fields(certificate), acts.spacing(8).wrap()].spacing(12);
    let body = container(body).padding(Padding { top: 2.0, right: 14.0, bottom: 14.0, left: 14.0 });
    container(column![head, body]).width(Fill).style(theme::card).into()
}

/// Values of a field that are shown; a certificate may have thousands of names.
const MOST_VALUES: usize = 24;

/// Everything that a certificate says, field by field.
pub fn fields<'a, Message: 'a>(certificate: &Certificate) -> Column<'a, Message> {
    let rows = explain::certificate::rows(certificate).into_iter().map(|field| {
        let more = field.values.len().saturating_sub(MOST_VALUES);
        let values = field
            .values
            .into_iter()
            .take(MOST_VALUES)
            .map(|value| label::small(value).style(theme::toned(Tone::Ink)).into());
        let more = (more > 0).then(|| label::small(t::certificate_more(more)));
        let values = Column::with_children(values).push(more).width(Fill);
        row![label::small(field.label).width(132), values].spacing(10).into()
    });
    Column::with_children(rows).spacing(5)
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
pub fn transcript<'a, Message: 'a>(lines: &'a [Line]) -> Element<'a, Message> {
    if lines.is_empty() {
        return label::small(t::security_no_transcript()).into();
    }
    let lines = lines.iter().map(|line| {
        let time = line.ms.map_or_else(String::new, t::report_time);
        let words = label::code(line.to_string()).wrapping(iced::widget::text::Wrapping::None);
        row![label::code(format!("{time:>9}")).wrapping(iced::widget::text::Wrapping::None), words].spacing(10).into()
    });
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
