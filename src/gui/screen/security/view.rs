//! What connection security looks like.

use faxseal::fax::certificate::{CertificateReport, Verdict};
use faxseal::fax::gateway::Gateway;
use faxseal::fax::job::Job;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{center, column, container, row, scrollable, space};
use iced::{Center, Element, Fill, FillPortion, Padding};
use jiff::Timestamp;

use super::{Message, PART, State};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::certificate;
use crate::gui::ui::head::{act, head};
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::{tip, with_keys};

/// What the screen shows of things that are not its own.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// All accounts.
    pub accounts: &'a [Gateway],
    /// A job of this account that is held.
    pub held: Option<&'a Job>,
    /// Faxes that wait in the outbox.
    pub waiting: usize,
    /// Now.
    pub now: Timestamp,
}

/// What the banner says.
struct Banner {
    tone: Tone,
    icon: Icon,
    title: String,
    detail: String,
}

impl State {
    /// The screen.
    pub fn view<'a>(&'a self, around: Around<'a>) -> Element<'a, Message> {
        let accounts = (around.accounts.len() > 1).then(|| {
            segmented(around.accounts.iter().map(|account| {
                let chosen = self.account.as_deref() == Some(account.name.as_str());
                (account.name.clone(), chosen, Message::Account(account.name.clone()))
            }))
        });
        let save = act(Kind::Secondary, Icon::FileDown, t::security_save())
            .on_press_maybe(self.report().is_some().then_some(Message::Save));
        let save = tip(save, with_keys(&t::security_save(), &shortcut::command("S")), Position::Bottom);
        let settings = act(Kind::Secondary, Icon::Settings, t::security_settings()).on_press(Message::Settings);
        let head = head(t::security_title(), None, row![].push(accounts).push(settings).push(save));
        if around.accounts.is_empty() {
            let words = label::body(t::security_no_gateway()).style(theme::toned(Tone::Muted));
            return column![head, center(words)].into();
        }
        let findings = self.report().map(findings);
        let content = column![self.banner(around)].push(findings).spacing(16).padding(20);
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        let content = scrollable(content)
            .id(PART)
            .direction(scrollable::Direction::Vertical(bar))
            .style(theme::scroll)
            .width(Fill)
            .height(Fill);
        column![head, content].into()
    }

    /// The certificates in PEM, or the question for a path.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        if let Some(path) = &self.path {
            return Some(path.view().map(Message::Path));
        }
        let report = self.report().filter(|_| self.pem)?;
        let text: String = report.chain.iter().map(|certificate| certificate.pem.as_str()).collect();
        let words = scrollable(label::code(text.clone()).wrapping(iced::widget::text::Wrapping::None))
            .direction(scrollable::Direction::Both {
                vertical: scrollable::Scrollbar::default(),
                horizontal: scrollable::Scrollbar::default(),
            })
            .style(theme::scroll)
            .width(Fill)
            .height(320);
        let copy = act(Kind::Primary, Icon::Copy, t::security_pem_copy()).on_press(Message::Copy(text));
        let close = press(Kind::Secondary, label::strong(t::close())).padding([9, 14]).on_press(Message::HidePem);
        let acts = row![space().width(Fill), close, copy].spacing(8);
        let words = container(words).padding(14).style(theme::card);
        Some(column![label::title(t::security_pem_title()), words, acts].spacing(14).width(552).into())
    }

    fn says(&self, around: Around<'_>) -> Banner {
        let host = || {
            let account = around.accounts.iter().find(|account| self.account.as_deref() == Some(account.name.as_str()));
            account.map_or_else(String::new, |account| format!("{}:{}", account.host, account.port))
        };
        if self.is_under_way() {
            let (title, detail) = (t::security_checking(), t::security_checking_detail());
            return Banner { tone: Tone::Accent, icon: Icon::Loader, title, detail };
        }
        if let Some(trouble) = &self.trouble {
            let title = t::indicator_not_checked();
            return Banner { tone: Tone::Warn, icon: Icon::ShieldQuestionMark, title, detail: trouble.clone() };
        }
        match (self.report(), around.held) {
            (Some(report), _) if report.verdict == Verdict::Refused => {
                let detail = t::security_waiting(around.waiting, explain::verdict_detail(report, around.now));
                Banner { tone: Tone::Bad, icon: Icon::ShieldX, title: explain::verdict_title(report), detail }
            }
            (_, Some(job)) => {
                let detail = t::security_waiting(around.waiting, explain::stage(job, around.now));
                Banner { tone: Tone::Bad, icon: Icon::ShieldX, title: t::security_held(), detail }
            }
            (Some(report), None) => {
                let (tone, icon) = match report.verdict {
                    Verdict::Verified => (Tone::Ok, Icon::ShieldCheck),
                    Verdict::Pinned => (Tone::Ok, Icon::Fingerprint),
                    _ => (Tone::Warn, Icon::ShieldQuestionMark),
                };
                let (title, detail) = (explain::verdict_title(report), explain::verdict_detail(report, around.now));
                Banner { tone, icon, title, detail }
            }
            (None, None) => Banner {
                tone: Tone::Warn,
                icon: Icon::ShieldQuestionMark,
                title: t::indicator_not_checked(),
                detail: t::security_not_checked_detail(host()),
            },
        }
    }

    fn banner<'a>(&'a self, around: Around<'a>) -> Element<'a, Message> {
        let Banner { tone, icon, title, detail } = self.says(around);
        let check = if self.is_under_way() {
            act(Kind::Secondary, Icon::X, t::security_stop()).on_press(Message::Stop).into()
        } else {
            let check = act(Kind::Secondary, Icon::RefreshCw, t::security_check()).on_press(Message::Check);
            tip(check, with_keys(&t::security_check(), "F5"), Position::Bottom)
        };
        let words = column![label::heading(title), label::body(detail).style(theme::toned(Tone::Muted)),].width(Fill);
        let content = row![icon::toned(icon, 32, tone), words, check].spacing(16).align_y(Center);
        container(content).padding([16, 16]).width(Fill).style(theme::toned_card(tone)).into()
    }
}

fn findings<'a>(report: &'a CertificateReport) -> Element<'a, Message> {
    let checks = column![label::heading(t::security_checks()), certificate::checks(report)].spacing(4);
    let checks = container(checks).padding([14, 18]).width(FillPortion(1)).style(theme::card);
    let chain: Element<'a, Message> = if report.chain.is_empty() {
        label::small(t::security_no_chain()).into()
    } else {
        certificate::chain(report).into()
    };
    let transcript = column![label::heading(t::security_transcript()), certificate::transcript(report)].spacing(6);
    let right = column![label::heading(t::security_chain()), chain]
        .push(fingerprint(report))
        .push(container(transcript).padding([14, 16]).width(Fill).style(theme::card))
        .spacing(10)
        .width(FillPortion(1))
        .padding(Padding { top: 4.0, ..Padding::ZERO });
    row![checks, right].spacing(16).into()
}

fn fingerprint(report: &CertificateReport) -> Option<Element<'_, Message>> {
    let digits = report.chain.first()?.sha256.to_string();
    let short = label::small(t::security_fingerprint(certificate::shortened(&digits)));
    let short = tip(short, digits.clone(), Position::Top);
    let link =
        |words: String, message| press(Kind::Link, label::strong(words).size(12)).padding([1, 3]).on_press(message);
    let line = row![short, link(t::security_copy(), Message::Copy(digits)), link(t::security_pem(), Message::ShowPem),];
    Some(line.spacing(6).align_y(Center).wrap().into())
}
