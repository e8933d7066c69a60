//! What the window looks like around its screens.

use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, column, container, row, space, stack};
use iced::{Center, Element, Fill};

use super::{App, Closing, Message, Screen, is_message};
use crate::gui::icon::{self, Icon};
use crate::gui::screen::{compose, inbox, security, sent, settings};
use crate::gui::shortcut;
use crate::gui::theme::{self, Tone};
use crate::gui::ui::indicator::Indicator;
use crate::gui::ui::{dialog, keys};
use crate::gui::widget::dashed::dashed;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::{tip, with_keys};
use crate::gui::widget::{label, line_down};

/// Below this width of the window, logical pixels, lists give way.
const NARROW: f32 = 1100.0;
/// Width of the navigation, logical pixels.
const NAVIGATION: u32 = 215;

impl App {
    /// The window.
    pub fn view(&self) -> Element<'_, Message> {
        let no_gateway = self.accounts.as_ref().is_some_and(Vec::is_empty);
        if self.welcome.is_under_way() || !self.welcomed && no_gateway && self.compose.is_empty() {
            let welcome = self.welcome.view(self.width).map(Message::Welcome);
            return self.with_toast(dialog::over(welcome, self.closing_question(), Message::Stay));
        }
        let indicator = self.indicator();
        let base = row![self.navigation(&indicator), line_down(), container(self.screen(&indicator)).width(Fill)];
        let base = container(base).style(theme::ground).width(Fill).height(Fill);
        let (dialog, close) = self.dialog();
        let window = dialog::over(base, dialog, close);
        let cover = (!self.hovering.is_empty()).then(|| self.drop_cover());
        self.with_toast(stack![window].push(cover))
    }

    fn with_toast<'a>(&'a self, base: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
        if self.closing == Closing::WhenSent {
            let stay = Some((t::close_stay(), Message::Stay));
            let toast = dialog::toast(t::close_waiting(), stay, Message::Stay);
            return stack![base.into(), toast].width(Fill).height(Fill).into();
        }
        let toast = self.toast.as_ref().map(|toast| {
            let act = toast.undo.as_ref().map(|_| (t::undo(), Message::Undo));
            dialog::toast(toast.words.clone(), act, Message::Dismiss)
        });
        stack![base.into()].push(toast).width(Fill).height(Fill).into()
    }

    fn navigation(&self, indicator: &Indicator) -> Element<'_, Message> {
        let keys =
            press(Kind::Quiet, icon::toned(Icon::Keyboard, 16, Tone::Muted)).padding(6).on_press(Message::Keys(true));
        let keys = tip(keys, with_keys(&t::keys_tip(), "F1"), Position::Right);
        let name = row![icon::mark(22, Tone::Ink), label::title(t::app_name()).size(16), space().width(Fill), keys];
        let name = name.spacing(8).align_y(Center);
        let new = row![icon::icon(Icon::Plus, 16), label::strong(t::nav_new_fax())].spacing(8).align_y(Center);
        let new = press(Kind::Primary, new).width(Fill).height(40).on_press(Message::NewFax);
        let new = tip(new, with_keys(&t::nav_new_fax(), &shortcut::command("N")), Position::Right);
        let entries = column![
            self.entry(Screen::Inbox, Icon::Inbox, t::nav_inbox(), self.inbox.unread(), "2"),
            self.entry(Screen::Outbox, Icon::Send, t::nav_outbox(), self.outbox.waiting(), "3"),
            self.entry(Screen::Sent, Icon::CircleCheck, t::nav_sent(), 0, "4"),
            self.entry(Screen::Drafts, Icon::FilePen, t::nav_drafts(), self.drafts.count(), "5"),
            self.entry(Screen::Contacts, Icon::Contact, t::nav_contacts(), 0, "6"),
            space().height(16),
            self.entry(Screen::Security, Icon::ShieldCheck, t::nav_security(), 0, "7"),
            self.entry(Screen::Activity, Icon::ScrollText, t::nav_activity(), 0, "8"),
            self.entry(Screen::Settings, Icon::Settings, t::nav_settings(), 0, "9"),
        ]
        .spacing(4);
        let practice = self.practice.then(|| {
            let words = row![
                icon::toned(Icon::FlaskConical, 16, Tone::Accent),
                label::small(t::app_practice()).style(theme::toned(Tone::Accent)).width(Fill),
            ]
            .spacing(8)
            .align_y(Center);
            container(words).padding([8, 10]).width(Fill).style(theme::chip)
        });
        let card = indicator.card(&shortcut::command("7"), Message::Show(Screen::Security));
        Column::new()
            .push(container(name).padding([0, 8]).center_y(36))
            .push(new)
            .push(entries)
            .push(space().height(Fill))
            .push(practice)
            .push(card)
            .spacing(12)
            .padding([12, 12])
            .width(NAVIGATION)
            .into()
    }

    fn entry(&self, screen: Screen, which: Icon, words: String, count: usize, key: &str) -> Element<'_, Message> {
        let chosen = self.screen == screen;
        let name = label::strong(words.clone());
        let count = (count > 0).then(|| label::strong(count).size(12));
        let content = row![icon::icon(which, 18), name, space().width(Fill)].push(count).spacing(10).align_y(Center);
        let entry = press(Kind::Entry { chosen }, content)
            .padding([0, 10])
            .width(Fill)
            .height(36)
            .on_press(Message::Show(screen));
        tip(entry, with_keys(&words, &shortcut::command(key)), Position::Right)
    }

    fn screen<'a>(&'a self, indicator: &Indicator) -> Element<'a, Message> {
        let zooming = self.modifiers.command();
        match self.screen {
            Screen::Inbox => {
                let around =
                    inbox::Around { now: self.now, practice: self.practice, zooming, narrow: self.width < NARROW };
                self.inbox.view(around).map(Message::Inbox)
            }
            Screen::Compose => {
                let around = compose::Around {
                    accounts: self.accounts.as_deref().unwrap_or_default(),
                    practice: &self.practice_numbers,
                    modifiers: self.modifiers,
                    now: self.now,
                    width: self.width,
                };
                self.compose.view(around, indicator).map(Message::Compose)
            }
            Screen::Outbox => self.outbox.view(self.now).map(Message::Outbox),
            Screen::Drafts => self.drafts.view(self.now).map(Message::Drafts),
            Screen::Sent => {
                let around = sent::Around { now: self.now, zooming, narrow: self.width < NARROW };
                self.sent.view(around).map(Message::Sent)
            }
            Screen::Activity => self.activity.view(self.now, self.width < NARROW).map(Message::Activity),
            Screen::Contacts => self.contacts.view(self.width < NARROW).map(Message::Contacts),
            Screen::Security => {
                let around = security::Around {
                    accounts: self.accounts.as_deref().unwrap_or_default(),
                    waiting: self.security.account().map(|name| self.outbox.waiting_for(name)).unwrap_or_default(),
                    now: self.now,
                    narrow: self.width < NARROW,
                };
                self.security.view(around).map(Message::Security)
            }
            Screen::Settings => self.settings.view(&self.around_settings()).map(Message::Settings),
        }
    }

    fn around_settings(&self) -> settings::Around<'_> {
        let account = self.settings.account();
        settings::Around {
            accounts: self.accounts.as_deref().unwrap_or_default(),
            indicator: account.map(|account| self.indicator_of(Some(account))),
            waiting: account.map_or(0, |account| self.outbox.waiting_for(&account.name).count),
            kept: self.door.engine().map(faxseal::engine::Engine::secrets),
            narrow: self.width < NARROW,
            now: self.now,
        }
    }

    /// The dialog of the screen that is shown, and what a press beside it says.
    fn dialog(&self) -> (Option<Element<'_, Message>>, Message) {
        if let Some(question) = self.closing_question() {
            return (Some(question), Message::Stay);
        }
        if self.keys {
            return (Some(keys::keys(Message::Keys(false))), Message::Keys(false));
        }
        let close = self.on_screen(shortcut::Shortcut::Escape).unwrap_or(Message::Dismiss);
        let dialog = match self.screen {
            Screen::Compose => self.compose.dialog().map(|dialog| dialog.map(Message::Compose)),
            Screen::Inbox => self.inbox.dialog().map(|dialog| dialog.map(Message::Inbox)),
            Screen::Outbox => self.outbox.dialog(self.now).map(|dialog| dialog.map(Message::Outbox)),
            Screen::Drafts => None,
            Screen::Contacts => self.contacts.dialog().map(|dialog| dialog.map(Message::Contacts)),
            Screen::Sent => self.sent.dialog().map(|dialog| dialog.map(Message::Sent)),
            Screen::Activity => self.activity.dialog().map(|dialog| dialog.map(Message::Activity)),
            Screen::Security => self.security.dialog().map(|dialog| dialog.map(Message::Security)),
            Screen::Settings => {
                self.settings.dialog(&self.around_settings()).map(|dialog| dialog.map(Message::Settings))
            }
        };
        (dialog, close)
    }

    fn closing_question(&self) -> Option<Element<'_, Message>> {
        match self.closing {
            Closing::No | Closing::WhenSent => None,
            Closing::Unsaved => Some(unsaved_question()),
            Closing::Asked => Some(self.unsent_question()),
        }
    }

    fn unsent_question(&self) -> Element<'_, Message> {
        let count = self.outbox.leaving(self.now);
        let detail = if self.practice { t::close_detail_practice() } else { t::close_detail(count) };
        let act = |kind, words: String, message| press(kind, label::strong(words)).padding([9, 14]).on_press(message);
        let acts = row![
            act(Kind::Link, t::close_stay(), Message::Stay),
            space().width(Fill),
            act(Kind::Secondary, t::close_now(), Message::CloseNow),
            act(Kind::Primary, t::close_when_sent(count), Message::CloseWhenSent),
        ];
        let title = label::title(t::close_title(count));
        column![title, label::body(detail), acts.spacing(8).align_y(Center)].spacing(14).width(520).into()
    }

    fn drop_cover(&self) -> Element<'_, Message> {
        let count = self.hovering.len();
        let (title, detail) = if self.hovering.iter().all(|file| is_message(file)) {
            (t::drop_import_title(count), t::drop_import_detail())
        } else {
            (t::drop_title(count), t::drop_detail())
        };
        let content =
            column![icon::icon(Icon::FileUp, 56), label::title(title), label::body(detail)].spacing(16).align_x(Center);
        let frame = container(content).center_x(460).center_y(254);
        let frame = dashed(Tone::OnAccent, 2.0, frame);
        container(container(frame).width(460).height(254)).center_x(Fill).center_y(Fill).style(theme::drop_cover).into()
    }
}

fn unsaved_question<'a>() -> Element<'a, Message> {
    let act = |kind, words: String, message| press(kind, label::strong(words)).padding([9, 14]).on_press(message);
    let acts = row![
        act(Kind::Destructive, t::close_unsaved(), Message::CloseUnsaved),
        space().width(Fill),
        act(Kind::Primary, t::close_stay(), Message::Stay),
    ];
    column![label::title(t::close_unsaved_title()), label::body(t::close_unsaved_detail()), acts.align_y(Center)]
        .spacing(14)
        .width(520)
        .into()
}
