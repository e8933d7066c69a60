//! What is known of the connection's security, on every screen. It never says more than what was checked.

use faxseal::fax::certificate::{CertificateReport, Verdict};
use faxseal::fax::gateway::Gateway;
use faxseal::fax::job::Job;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{column, container, row};
use iced::{Center, Element, Fill};
use jiff::Timestamp;

use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::brief;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::{tip, with_keys};

/// The four faces: each a word, a shape and a colour. The last has two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Encrypted, to a verified server.
    Verified,
    /// Encrypted, to the pinned certificate.
    Pinned,
    /// Nothing may be sent.
    Stopped,
    /// Nothing is known.
    NotChecked,
    /// Nothing is known either: the server could not be reached.
    Unreached,
}

impl Face {
    fn word(self) -> String {
        match self {
            Self::Verified => t::indicator_verified(),
            Self::Pinned => t::indicator_pinned(),
            Self::Stopped => t::indicator_stopped(),
            Self::NotChecked => t::indicator_not_checked(),
            Self::Unreached => t::indicator_not_reached(),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Verified => Icon::LockKeyhole,
            Self::Pinned => Icon::Fingerprint,
            Self::Stopped => Icon::ShieldX,
            Self::NotChecked | Self::Unreached => Icon::ShieldQuestionMark,
        }
    }

    /// The colour.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Verified | Self::Pinned => Tone::Ok,
            Self::Stopped => Tone::Bad,
            Self::NotChecked | Self::Unreached => Tone::Warn,
        }
    }
}

/// What is known of one account's connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Its face.
    pub face: Face,
    host: Option<String>,
    line: String,
}

impl Indicator {
    /// From what was checked last, and from a job that is held, if there is one.
    #[must_use]
    pub fn of(
        gateway: Option<&Gateway>,
        report: Option<&CertificateReport>,
        held: Option<&Job>,
        checking: bool,
        now: Timestamp,
    ) -> Self {
        let Some(gateway) = gateway else {
            return Self { face: Face::NotChecked, host: None, line: t::indicator_no_gateway() };
        };
        let face = match report.map(|report| report.verdict) {
            Some(Verdict::Refused) => Face::Stopped,
            _ if held.is_some() => Face::Stopped,
            Some(Verdict::Verified) => Face::Verified,
            Some(Verdict::Pinned) => Face::Pinned,
            Some(Verdict::Unreached) => Face::Unreached,
            None => Face::NotChecked,
        };
        let line = match (report, held) {
            _ if checking => t::indicator_checking(),
            (Some(report), _) if report.verdict == Verdict::Refused => explain::refusal_reason(report),
            (_, Some(job)) => explain::stage(job, now),
            (Some(report), None) if report.verdict == Verdict::Unreached => t::indicator_unreached(ago(report.at, now)),
            (Some(report), None) => {
                let version = report.tls.as_ref().map_or("TLS", |tls| tls.version.as_str());
                t::indicator_checked(version, ago(report.at, now))
            }
            (None, None) => t::indicator_press_check(),
        };
        Self { face, host: Some(gateway.host.clone()), line }
    }

    /// The card at the foot of the navigation; a press opens what was checked.
    pub fn card<'a, Message: Clone + 'a>(&self, keys: &str, open: Message) -> Element<'a, Message> {
        let tone = self.face.tone();
        let word =
            row![icon::toned(self.face.icon(), 16, tone), label::strong(self.face.word()).style(theme::toned(tone)),]
                .spacing(8)
                .align_y(Center);
        let content = column![word]
            .push(self.host.as_ref().map(|host| brief::small(host.clone())))
            .push(label::small(self.line.clone()))
            .spacing(2)
            .width(Fill);
        let border = (self.face == Face::Stopped).then_some(tone);
        let card = press(Kind::Card { tone: border }, content).padding([10, 10]).width(Fill).on_press(open);
        tip(card, with_keys(&t::indicator_open(), keys), Position::Right)
    }

    /// The pill beside the send button.
    pub fn pill<'a, Message: 'a>(&self) -> Element<'a, Message> {
        let tone = self.face.tone();
        let content =
            row![icon::icon(self.face.icon(), 14), label::strong(self.face.word()).size(12)].spacing(6).align_y(Center);
        let pill = container(content).padding([3, 10]).style(theme::pill(tone));
        tip(pill, self.line.clone(), Position::Top)
    }
}

/// How long ago, roughly.
#[must_use]
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_mins().max(0);
    match minutes {
        0 => t::ago_now(),
        1..60 => t::ago_minutes(minutes),
        60..1440 => t::ago_hours(minutes / 60),
        _ => t::ago_days(minutes / 1440),
    }
}
