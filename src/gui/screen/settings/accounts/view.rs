//! What the accounts look like.

use faxseal::fax::gateway::{Gateway, Trust};
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row};
use iced::{Element, Fill};

use super::super::Around;
use super::{Message, State};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;
use crate::gui::widget::segmented::segmented;

impl State {
    /// The section.
    pub fn view<'a>(&'a self, around: Around<'a>) -> Element<'a, Message> {
        let chosen = |account: &&Gateway| self.account.as_deref() == Some(account.name.as_str());
        let Some(account) = around.accounts.iter().find(chosen) else {
            return label::body(t::security_no_gateway()).style(theme::toned(Tone::Muted)).into();
        };
        let others = (around.accounts.len() > 1).then(|| {
            segmented(
                around
                    .accounts
                    .iter()
                    .map(|account| (account.name.clone(), chosen(&account), Message::Open(account.name.clone()))),
            )
        });
        column![].push(others).push(facts(account)).spacing(16).into()
    }

    /// What is asked over the section.
    pub const fn dialog(&self) -> Option<Element<'_, Message>> {
        None
    }
}

fn facts(account: &Gateway) -> Element<'_, Message> {
    let trust = match &account.trust {
        Trust::System => t::account_trust_system(),
        Trust::CaFile(path) => path.display().to_string(),
        Trust::SystemAndCaFile(path) => t::account_trust_both(path.display().to_string()),
    };
    let rows = [
        (t::account_server(), format!("{}:{}", account.host, account.port)),
        (t::account_identity(), account.reference_name().to_owned()),
        (t::account_address(), account.address.template().to_owned()),
        (t::account_sender(), account.sender.address.clone()),
        (t::account_trust(), trust),
    ];
    let rows = rows.map(|(name, value)| row![label::caption(name).width(180), label::body(value)].into());
    let content = column![label::heading(account.name.as_str()), Column::with_children(rows).spacing(8)].spacing(12);
    container(content).padding([14, 18]).width(Fill).style(theme::card).into()
}
