//! What connection security looks like.

mod receiver;

use faxseal::fax::certificate::{Certificate, CertificateReport, SeenCertificate, Verdict};
use faxseal::fax::gateway::Gateway;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, center, column, container, row, scrollable, space};
use iced::{Center, Element, Fill, FillPortion, Padding};
use jiff::Timestamp;

use super::{Found, Message, PART, Paper, State, Tab};
use crate::explain;
use crate::explain::connection::Waiting;
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
    /// What waits for the account that is looked at.
    pub waiting: Waiting<'a>,
    /// Now.
    pub now: Timestamp,
    /// The window is narrow: columns give way.
    pub narrow: bool,
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
        let tabs: Element<'a, Message> =
            segmented(Tab::ALL.map(|tab| (tab.title(), tab == self.tab, Message::Tab(tab))));
        // Where there is little room, the head has the acts alone.
        let (tabs, below) = if around.narrow { (None, Some(tabs)) } else { (Some(tabs), None) };
        let save = act(Kind::Secondary, Icon::FileDown, t::security_save())
            .on_press_maybe(self.can_save().then_some(Message::Save(Paper::Report)));
        let save = tip(save, with_keys(&t::security_save(), &shortcut::command("S")), Position::Bottom);
        // The banner has it where nothing can be checked.
        let settings = self.connection().map(|_| {
            Element::from(act(Kind::Secondary, Icon::Settings, self.settings_words()).on_press(Message::Settings))
        });
        let head = head(t::security_title(), None, row![].push(tabs).push(settings).push(save));
        if around.accounts.is_empty() && self.tab == Tab::Submission {
            let words = label::body(t::security_no_gateway()).style(theme::toned(Tone::Muted));
            let below = below.map(|tabs| container(tabs).padding([16, 20]));
            return column![head].push(below).push(center(words)).into();
        }
        let accounts = (around.accounts.len() > 1 && self.tab == Tab::Submission).then(|| {
            segmented(around.accounts.iter().map(|account| {
                let chosen = self.account.as_deref() == Some(account.name.as_str());
                (account.name.clone(), chosen, Message::Account(account.name.clone()))
            }))
        });
        let findings = match (self.tab, &self.receiver) {
            (Tab::Receiver, known) => known.as_deref().map(|known| self.receiver(known, around)),
            _ => self.found().map(|found| self.findings(found, around)),
        };
        let content = Column::new().push(below).push(accounts).push(self.banner(around)).push(findings);
        let content = content.spacing(16).padding(Padding { right: 24.0, ..Padding::new(20.0) });
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
        if let Some((_, path)) = &self.path {
            return Some(path.view().map(Message::Path));
        }
        let text = self.pem.then(|| super::pem(self.chain()))?;
        let words = scrollable(label::code(text.clone()).wrapping(iced::widget::text::Wrapping::None))
            .direction(scrollable::Direction::Both {
                vertical: scrollable::Scrollbar::default(),
                horizontal: scrollable::Scrollbar::default(),
            })
            .style(theme::scroll)
            .width(Fill)
            .height(320);
        let copy = act(Kind::Primary, Icon::Copy, t::security_pem_copy()).on_press(Message::Copy(text));
        let save = act(Kind::Secondary, Icon::FileDown, t::connection_save_certificates())
            .on_press(Message::Save(Paper::Chain));
        let close = press(Kind::Secondary, label::strong(t::close())).padding([9, 14]).on_press(Message::HidePem);
        let acts = row![space().width(Fill), close, save, copy].spacing(8);
        let words = container(words).padding(14).style(theme::card);
        Some(column![label::title(t::security_pem_title()), words, acts].spacing(14).width(552).into())
    }

    fn says(&self, around: Around<'_>) -> Banner {
        let Around { waiting, now, .. } = around;
        match (self.tab, &self.receiver) {
            (Tab::Receiver, Some(known)) => return receiver::banner(known),
            (Tab::Receiver, None) => {
                let (title, detail) = (t::receiver_off(), t::receiver_off_detail());
                return Banner { tone: Tone::Warn, icon: Icon::ShieldQuestionMark, title, detail };
            }
            (Tab::Mailbox, _) if self.post.set.is_none() => {
                let (title, detail) = (t::mailbox_status_off(), t::connection_no_mailbox());
                return Banner { tone: Tone::Warn, icon: Icon::ShieldQuestionMark, title, detail };
            }
            _ => {}
        }
        // Nothing waits for what is fetched.
        let waiting = if self.tab == Tab::Mailbox { Waiting::default() } else { waiting };
        let host = || {
            if let (Tab::Mailbox, Some(mailbox)) = (self.tab, &self.post.set) {
                return format!("{}:{}", mailbox.host, mailbox.port);
            }
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
        match (self.report(), waiting.held) {
            (Some(report), _) if report.verdict == Verdict::Refused => {
                let detail = self.consequence(report, waiting, now);
                Banner { tone: Tone::Bad, icon: Icon::ShieldX, title: explain::verdict_title(report), detail }
            }
            (_, Some(job)) => {
                let detail = explain::connection::held(job, waiting.held_count, now);
                Banner { tone: Tone::Bad, icon: Icon::ShieldX, title: t::security_held(), detail }
            }
            (Some(report), None) => {
                let (tone, icon) = match report.verdict {
                    Verdict::Verified => (Tone::Ok, Icon::ShieldCheck),
                    Verdict::Pinned => (Tone::Ok, Icon::Fingerprint),
                    _ => (Tone::Warn, Icon::ShieldQuestionMark),
                };
                let detail = self.consequence(report, waiting, now);
                Banner { tone, icon, title: explain::verdict_title(report), detail }
            }
            (None, None) => Banner {
                tone: Tone::Warn,
                icon: Icon::ShieldQuestionMark,
                title: t::indicator_not_checked(),
                detail: t::security_not_checked_detail(host()),
            },
        }
    }

    fn settings_words(&self) -> String {
        match self.tab {
            Tab::Submission => t::security_settings(),
            Tab::Mailbox | Tab::Receiver => t::connection_receiving_settings(),
        }
    }

    fn consequence(&self, report: &CertificateReport, waiting: Waiting<'_>, now: Timestamp) -> String {
        match self.tab {
            Tab::Mailbox => explain::connection::of_mailbox(report, &self.post.status, now),
            _ => explain::connection::consequence(report, waiting, now),
        }
    }

    fn banner<'a>(&'a self, around: Around<'a>) -> Element<'a, Message> {
        let Banner { tone, icon, title, detail } = self.says(around);
        let check: Element<'a, Message> = match self.connection() {
            None => act(Kind::Secondary, Icon::Settings, self.settings_words()).on_press(Message::Settings).into(),
            Some(_) if self.is_under_way() => {
                act(Kind::Secondary, Icon::X, t::security_stop()).on_press(Message::Stop).into()
            }
            Some(_) => {
                let check = act(Kind::Secondary, Icon::RefreshCw, t::security_check()).on_press(Message::Check);
                tip(check, with_keys(&t::security_check(), "F5"), Position::Bottom)
            }
        };
        let words = column![label::heading(title), label::body(detail).style(theme::toned(Tone::Muted)),].width(Fill);
        let content = row![icon::toned(icon, 32, tone), words, check].spacing(16).align_y(Center);
        container(content).padding([16, 16]).width(Fill).style(theme::toned_card(tone)).into()
    }

    fn findings<'a>(&'a self, found: &'a Found, around: Around<'a>) -> Element<'a, Message> {
        let report = &found.report;
        let checks = column![label::heading(t::security_checks()), certificate::checks(&report.checks)].spacing(4);
        let checks = container(checks).padding([14, 18]).style(theme::card);
        let chain: Element<'a, Message> = if report.chain.is_empty() {
            label::small(t::security_no_chain()).into()
        } else {
            certificate::chain(&report.chain, self.opened, acts).into()
        };
        let transcript =
            column![label::heading(t::security_transcript()), certificate::transcript(&report.transcript)].spacing(6);
        let rest = column![label::heading(t::security_chain()), chain]
            .push(fingerprint(&report.chain))
            .push(container(transcript).padding([14, 16]).width(Fill).style(theme::card))
            .push((!found.history.is_empty()).then(|| history(found, around.now)))
            .spacing(10)
            .padding(Padding { top: 4.0, ..Padding::ZERO });
        if around.narrow {
            column![checks.width(Fill), rest.width(Fill)].spacing(16).into()
        } else {
            row![checks.width(FillPortion(1)), rest.width(FillPortion(1))].spacing(16).into()
        }
    }
}

/// What can be done with the certificate at this place of the chain.
fn acts(at: usize, sha256: String, pem: String) -> certificate::Acts<Message> {
    certificate::Acts {
        open: Message::Open(at),
        copy_fingerprint: Message::Copy(sha256),
        copy_pem: Message::Copy(pem),
        save_pem: Message::Save(Paper::Certificate(at)),
    }
}

fn link<'a>(words: String, message: Message) -> Element<'a, Message> {
    press(Kind::Link, label::strong(words).size(12)).padding([1, 3]).on_press(message).into()
}

fn fingerprint<'a>(chain: &[Certificate]) -> Option<Element<'a, Message>> {
    let digits = chain.first()?.sha256.to_string();
    let short = label::small(t::security_fingerprint(certificate::shortened(&digits)));
    let short = tip(short, digits.clone(), Position::Top);
    let line = row![short, link(t::security_copy(), Message::Copy(digits)), link(t::security_pem(), Message::ShowPem)];
    Some(line.spacing(6).align_y(Center).wrap().into())
}

/// The certificates that the host has shown, the last one first, each with what it changed.
fn history<'a>(found: &'a Found, now: Timestamp) -> Element<'a, Message> {
    let shown = found.report.chain.first().map(|certificate| certificate.sha256);
    let entries = found.history.iter().enumerate().map(|(at, seen)| {
        let SeenCertificate { certificate, first, last } = seen;
        let before = found.history.get(at.saturating_add(1));
        let change = before.map(|before| {
            let what = explain::report::change(before, seen);
            label::small(t::connection_history_change(explain::moment(*first, now), what))
        });
        let digits = certificate.sha256.to_string();
        let period = t::connection_history_row(explain::date(*first), explain::date(*last));
        let is_shown = (shown == Some(certificate.sha256)).then(|| {
            let words = label::strong(t::connection_history_now()).size(12).style(theme::toned(Tone::Ok));
            Element::from(words)
        });
        let title = row![label::strong(period).size(13)].push(is_shown).spacing(8).align_y(Center);
        let fingerprint = row![
            tip(label::small(t::security_fingerprint(certificate::shortened(&digits))), digits.clone(), Position::Top),
            link(t::security_copy(), Message::Copy(digits)),
        ];
        let line = column![title, label::small(certificate.issuer.as_str())].push(change);
        line.push(fingerprint.spacing(6).align_y(Center).wrap()).spacing(2).into()
    });
    let content = column![label::heading(t::connection_history()), Column::with_children(entries).spacing(10)];
    container(content.spacing(8)).padding([14, 16]).width(Fill).style(theme::card).into()
}
