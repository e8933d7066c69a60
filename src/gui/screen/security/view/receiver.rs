//! What the built-in receiver looks like on the screen.

use faxseal::engine::Offer;
use faxseal::fax::reception::{ClientVerdict, SessionReport};
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row};
use iced::{Center, Element, Fill, FillPortion, Padding};

use super::super::{Known, Message, State};
use super::{Around, Banner, fingerprint, link};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::certificate;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::{brief, label, line_across};

/// What the banner says of the receiver.
pub fn banner(known: &Known) -> Banner {
    match (&known.listening, &known.fault, &known.set) {
        (Some(listening), ..) => Banner {
            tone: Tone::Ok,
            icon: Icon::ShieldCheck,
            title: t::receiver_runs(),
            detail: t::receive_listens(listening.address.to_string(), listening.host_name.as_str()),
        },
        (None, Some(error), _) => Banner {
            tone: Tone::Bad,
            icon: Icon::ShieldX,
            title: t::receiver_does_not_run(),
            detail: explain::receiver::error(error),
        },
        (None, None, set) => Banner {
            tone: Tone::Warn,
            icon: Icon::ShieldQuestionMark,
            title: t::receiver_off(),
            detail: if set.is_some() { t::receiving_receiver_off() } else { t::receiver_off_detail() },
        },
    }
}

impl State {
    /// What it demands and offers, its certificate, and who came.
    pub(super) fn receiver<'a>(&'a self, known: &'a Known, around: Around<'a>) -> Element<'a, Message> {
        let rows = explain::receiver::rules(known.set.as_ref(), &Offer::new());
        let rules = rows.into_iter().fold(Column::new(), |column, (title, detail)| {
            let words = column![label::strong(title), label::small(detail)].padding([8, 0]);
            column.push(words).push(line_across())
        });
        let rules = column![label::heading(t::receiver_rules()), rules].spacing(4);
        let rules = container(rules).padding([14, 18]).style(theme::card);
        let chain: Element<'a, Message> = match &known.certificates {
            Err(error) => label::body(explain::engine_error(error)).style(theme::toned(Tone::Bad)).into(),
            Ok(chain) if chain.is_empty() => label::small(t::receiver_no_certificate()).into(),
            Ok(chain) => certificate::chain(chain, self.opened, super::acts).into(),
        };
        let rest = column![label::heading(t::receiver_certificate()), chain]
            .push(fingerprint(known.chain()))
            .push((!known.chain().is_empty()).then(|| label::small(t::receiver_certificate_detail())))
            .push(self.sessions(known, around))
            .spacing(10)
            .padding(Padding { top: 4.0, ..Padding::ZERO });
        if around.narrow {
            column![rules.width(Fill), rest.width(Fill)].spacing(16).into()
        } else {
            row![rules.width(FillPortion(1)), rest.width(FillPortion(1))].spacing(16).into()
        }
    }

    /// The last sessions, the last one first; the one that is opened with all that was checked.
    fn sessions<'a>(&'a self, known: &'a Known, around: Around<'a>) -> Element<'a, Message> {
        let rows = known.sessions.iter().enumerate().map(|(at, session)| {
            let opened = self.session == Some(at);
            let head = head(session, around, (at, opened));
            column![head].push(opened.then(|| findings(session))).into()
        });
        let none = known.sessions.is_empty().then(|| label::small(t::receiver_no_session()));
        let content = column![label::heading(t::receiver_sessions())]
            .push(none)
            .push(Column::with_children(rows).spacing(2))
            .spacing(8);
        container(content).padding([14, 16]).width(Fill).style(theme::card).into()
    }
}

fn head<'a>(session: &'a SessionReport, around: Around<'_>, (at, opened): (usize, bool)) -> Element<'a, Message> {
    let (which, tone) = match session.client {
        Some(ClientVerdict::Verified | ClientVerdict::Pinned) => (Icon::CircleCheck, Tone::Ok),
        Some(ClientVerdict::NotAsked) => (Icon::LockKeyhole, Tone::Muted),
        Some(ClientVerdict::Refused) | None => (Icon::CircleX, Tone::Bad),
    };
    let words = column![
        brief::strong(explain::receiver::came(session, around.now)),
        label::small(explain::receiver::outcome(session)),
    ];
    let sign = icon::toned(if opened { Icon::ChevronUp } else { Icon::ChevronDown }, 16, Tone::Muted);
    let content = row![icon::toned(which, 18, tone), words.width(Fill), sign].spacing(10).align_y(Center);
    press(Kind::Row { chosen: opened }, container(content).padding([6, 8]))
        .width(Fill)
        .on_press(Message::Session(at))
        .into()
}

fn findings(session: &SessionReport) -> Element<'_, Message> {
    let certificate = session.chain.first().map(|shown| {
        let digits = shown.sha256.to_string();
        let line = row![
            label::small(t::security_fingerprint(certificate::shortened(&digits))),
            link(t::security_copy(), Message::Copy(digits)),
        ];
        column![label::caption(t::received_client()), certificate::fields(shown), line.spacing(6).align_y(Center)]
            .spacing(6)
    });
    let transcript = column![label::caption(t::security_transcript()), certificate::transcript(&session.transcript)];
    column![certificate::checks(&session.checks)]
        .push(certificate)
        .push(transcript.spacing(6))
        .spacing(12)
        .padding([6, 8])
        .into()
}
