//! What the built-in receiver looks like.

use faxseal::i18n::t;
use iced::widget::{Column, TextInput, column, container, row};
use iced::{Element, Fill};

use super::super::super::Around;
use super::{Field, List, Message, State};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::form::{self, Entry, captioned, check, fault, foot, two};
use crate::gui::ui::head::act;
use crate::gui::ui::trouble::told;
use crate::gui::widget::press::Kind;
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::{label, line_across};

/// Width of what stands beside the form, logical pixels.
const SIDE: u32 = 345;

impl State {
    /// The receiver's part of the section.
    pub fn view<'a>(&'a self, around: &Around<'_>) -> Element<'a, Message> {
        let trouble = self
            .trouble
            .as_ref()
            .map(|error| told(explain::receiver::error(error), None, (!self.saving).then_some(Message::Save)));
        let words = column![label::heading(t::receiving_receiver()), label::small(t::receiving_receiver_detail())];
        let form = column![words.spacing(2)].push(trouble).push(self.form(around.narrow)).spacing(16).width(Fill);
        if around.narrow {
            column![form, self.listening()].spacing(20).into()
        } else {
            row![form, column![self.listening()].width(SIDE)].spacing(24).into()
        }
    }

    /// What stays at the foot of the section while something is not saved.
    pub fn foot(&self) -> Option<Element<'_, Message>> {
        let acts = (!self.saving).then_some((Message::Discard, Message::Save));
        self.is_changed().then(|| foot(t::account_form_unsaved(), t::account_form_save(), acts))
    }

    fn form(&self, narrow: bool) -> Column<'_, Message> {
        let form = &self.form;
        let demand = check(form.demand, t::receiving_demand(), Message::Demand(!form.demand));
        Column::new()
            .push(check(form.on, t::receiving_on(), Message::On(!form.on)))
            .push(self.listen())
            .push(label::small(t::receiving_address_detail()))
            .push(self.certificate(narrow))
            .push(self.list(
                List::Recipients,
                t::receiving_recipients(),
                "fax@office.example",
                t::receiving_add_recipient(),
            ))
            .push(line_across())
            .push(demand)
            .push(if form.demand { self.demanded() } else { column![label::small(t::receiving_demand_nothing())] })
            .spacing(14)
    }

    fn listen(&self) -> Column<'_, Message> {
        let address = captioned(t::receiving_address(), self.input(Field::Address, "::"));
        let port = captioned(t::welcome_port(), self.input(Field::Port, "2525"));
        column![row![address.width(Fill), port.width(110)].spacing(12)]
            .push(fault(self.fault(Field::Address)))
            .push(fault(self.fault(Field::Port)))
            .spacing(6)
    }

    fn certificate(&self, narrow: bool) -> Column<'_, Message> {
        let chosen = self.form.identity.as_ref();
        let gone = chosen.filter(|name| !self.identities.contains(name));
        let ours = self.identities.iter().chain(gone);
        let ours = ours.map(|name| (name.clone(), chosen == Some(name), Message::Identity(Some(name.clone()))));
        let file = (t::receiving_certificate_file(), chosen.is_none(), Message::Identity(None));
        let choice = captioned(t::receiving_certificate(), segmented(ours.chain(std::iter::once(file))));
        if chosen.is_some() {
            return choice;
        }
        let none = self.identities.is_empty().then(|| label::small(t::receiving_make_certificate()));
        let files = two(
            narrow,
            self.file(Field::Certificate, t::receiving_certificate_pem()),
            self.file(Field::Key, t::receiving_key_pem()),
        );
        choice.push(none).push(files).spacing(10)
    }

    fn demanded(&self) -> Column<'_, Message> {
        column![
            label::small(t::receiving_demand_detail()),
            self.file(Field::ClientCa, t::receiving_client_ca()),
            self.list(List::Names, t::receiving_client_names(), "gateway.example", t::receiving_add_name()),
            self.list(List::Pins, t::receiving_client_pins(), &t::account_pin_typed_hint(), t::receiving_add_pin()),
        ]
        .spacing(14)
    }

    fn list(&self, list: List, name: String, hint: &str, add: String) -> Column<'_, Message> {
        let count = self.form.list(list).len();
        let rows = (0..count).map(|at| {
            let out = (count > 1).then_some(Message::Drop(list, at));
            let row = form::list_row(self.input(list.field(at), hint), out);
            column![row].push(fault(self.fault(list.field(at)))).spacing(4).into()
        });
        let rows = Column::with_children(rows).spacing(6);
        captioned(name, rows).push(form::list_add(add, Message::Add(list)))
    }

    /// Whether it listens.
    fn listening(&self) -> Element<'_, Message> {
        let (mark, tone, words) = match (&self.known.listening, &self.known.fault, &self.known.set) {
            (Some(listening), ..) => {
                let words = t::receive_listens(listening.address.to_string(), listening.host_name.as_str());
                (Icon::CircleCheck, Tone::Ok, words)
            }
            (None, Some(error), _) => (Icon::CircleX, Tone::Bad, explain::receiver::error(error)),
            (None, None, None) => (Icon::CircleMinus, Tone::Muted, t::receiving_receiver_not_set()),
            (None, None, Some(_)) => (Icon::CircleMinus, Tone::Muted, t::receiving_receiver_off()),
        };
        let again = self.known.fault.as_ref().map(|_| {
            act(Kind::Secondary, Icon::RefreshCw, t::account_form_again())
                .on_press_maybe((!self.saving && !self.is_changed()).then_some(Message::Again))
        });
        let demands = self.known.listening.as_ref().and(self.known.set.as_ref()).map(|set| {
            let demands = set.demands_certificate();
            label::small(if demands { t::receive_demands() } else { t::receive_demands_nothing() })
        });
        let status = row![icon::toned(mark, 18, tone), label::body(words).width(Fill)].spacing(10);
        let card = column![label::heading(t::receiving_listening()), status].push(demands).push(again).spacing(10);
        container(card).padding([14, 16]).width(Fill).style(theme::card).into()
    }

    /// The question for a path.
    pub fn dialog(&self) -> Option<Element<'_, Message>> {
        self.path.as_ref().map(|(_, entry)| entry.view().map(Message::Path))
    }

    fn input(&self, field: Field, hint: &str) -> TextInput<'_, Message> {
        let entry = Entry { id: id(field), text: self.form.text(field), fault: self.fault(field) };
        form::input(entry, hint, move |text| Message::Typed(field, text), Message::Save)
    }

    fn file(&self, field: Field, name: String) -> Column<'_, Message> {
        form::file(name, self.input(field, ""), Message::Browse(field)).push(fault(self.fault(field)))
    }
}

/// A field's name for operations.
fn id(field: Field) -> iced::widget::Id {
    match field {
        Field::Address => "receiver-address".into(),
        Field::Port => "receiver-port".into(),
        Field::Certificate => "receiver-certificate".into(),
        Field::Key => "receiver-key".into(),
        Field::ClientCa => "receiver-client-ca".into(),
        Field::Recipient(at) => format!("receiver-recipient-{at}").into(),
        Field::ClientName(at) => format!("receiver-client-name-{at}").into(),
        Field::ClientPin(at) => format!("receiver-client-pin-{at}").into(),
    }
}
