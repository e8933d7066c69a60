//! The parts that forms are made of.

use faxseal::engine::Kept;
use faxseal::i18n::t;
use iced::widget::tooltip::Position;
use iced::widget::{Column, Row, TextInput, column, container, row, text_input};
use iced::{Center, Element, Fill, FillPortion};

use super::head::act;
use super::secret::{Secret, secret_input};
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::tip;

/// A field as it is filled in.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Its name for operations.
    pub id: iced::widget::Id,
    /// What is typed into it.
    pub text: &'a str,
    /// What is wrong with it.
    pub fault: Option<&'a str>,
}

/// The field itself.
pub fn input<'a, M: Clone + 'a>(
    entry: Entry<'a>,
    hint: &str,
    typed: impl Fn(String) -> M + 'a,
    submit: M,
) -> TextInput<'a, M> {
    text_input(hint, entry.text)
        .id(entry.id)
        .on_input(typed)
        .on_submit(submit)
        .size(14)
        .padding([9, 10])
        .style(if entry.fault.is_some() { theme::faulty_input } else { theme::input })
}

/// What is wrong at a field.
pub fn fault<'a, M: 'a>(words: Option<&'a str>) -> Option<Element<'a, M>> {
    let words = label::small(words?).style(theme::toned(Tone::Bad)).width(Fill);
    Some(row![icon::toned(Icon::CircleX, 14, Tone::Bad), words].spacing(6).padding([1, 0]).into())
}

/// Something with its name above it.
pub fn captioned<'a, M: 'a>(name: String, content: impl Into<Element<'a, M>>) -> Column<'a, M> {
    column![label::caption(name), content.into()].spacing(6)
}

/// A field for a path, and the act that chooses the file.
pub fn file<'a, M: Clone + 'a>(name: String, input: TextInput<'a, M>, browse: M) -> Column<'a, M> {
    let browse = act(Kind::Secondary, Icon::FolderOpen, t::account_form_browse()).on_press(browse);
    captioned(name, row![input, browse].spacing(8).align_y(Center))
}

/// A server and its port; what is wrong with either has the whole width.
pub fn server<'a, M: Clone + 'a>(
    host: TextInput<'a, M>,
    port: TextInput<'a, M>,
    faults: [Option<&'a str>; 2],
) -> Column<'a, M> {
    let host = captioned(t::account_form_server(), host);
    let port = captioned(t::welcome_port(), port);
    let [wrong_host, wrong_port] = faults;
    column![row![host.width(Fill), port.width(110)].spacing(12)]
        .push(fault(wrong_host))
        .push(fault(wrong_port))
        .spacing(6)
}

/// One of several entries of the same kind; what takes it out, where it may go.
pub fn list_row<'a, M: Clone + 'a>(input: TextInput<'a, M>, out: Option<M>) -> Element<'a, M> {
    let out = out.map(|out| {
        let cross = press(Kind::Quiet, icon::icon(Icon::X, 16)).padding([9, 10]).on_press(out);
        tip(cross, t::receiving_take_out(), Position::Top)
    });
    row![input].push(out).spacing(6).align_y(Center).into()
}

/// What adds one more of them.
pub fn list_add<'a, M: Clone + 'a>(words: String, add: M) -> Element<'a, M> {
    let content = row![icon::icon(Icon::Plus, 14), label::strong(words).size(13)].spacing(6).align_y(Center);
    press(Kind::Link, content).padding([2, 4]).on_press(add).into()
}

/// A choice of yes or no.
pub fn check<'a, M: Clone + 'a>(chosen: bool, words: String, message: M) -> Element<'a, M> {
    crate::gui::widget::check::check(chosen, words).on_press(message).into()
}

/// Two parts beside each other, or below each other in a narrow window.
pub fn two<'a, M: 'a>(narrow: bool, one: Column<'a, M>, other: Column<'a, M>) -> Column<'a, M> {
    if narrow {
        return column![one, other].spacing(14);
    }
    let both: Row<'a, M> = row![one.width(FillPortion(1)), other.width(FillPortion(1))].spacing(12);
    column![both]
}

/// Where secrets are kept, in a few words.
pub fn kept_in(kept: Option<Kept>) -> String {
    match kept {
        Some(Kept::Keyring) | None => t::account_form_in_keyring(),
        Some(Kept::File) => t::account_form_in_file(),
        Some(Kept::Memory) => t::account_form_in_memory(),
    }
}

/// A password: one that is kept is not shown and can be changed, another is typed.
pub fn password<'a, M: Clone + 'a>(
    id: &'static str,
    secret: Option<&'a Secret>,
    wrong: Option<&'a str>,
    kept: Option<Kept>,
    (typed, change, submit): (impl Fn(Secret) -> M + 'a, M, M),
) -> Column<'a, M> {
    let Some(secret) = secret else {
        let dots = label::body("\u{2022}".repeat(8));
        let change = press(Kind::Link, label::strong(t::account_form_change_password()).size(13))
            .padding([2, 4])
            .on_press(change);
        let content = row![dots.width(Fill), icon::toned(Icon::KeyRound, 16, Tone::Muted), change];
        let content = container(content.spacing(12).align_y(Center)).padding([8, 10]).width(Fill);
        let place = label::small(t::account_form_password_is_kept(kept_in(kept)));
        return captioned(t::welcome_password(), content.style(theme::field)).push(place);
    };
    let input = secret_input(id, secret, typed).on_submit(submit);
    let place = label::small(t::account_form_password_kept(kept_in(kept)));
    captioned(t::welcome_password(), input).push(fault(wrong)).push(place)
}

/// What stays at the foot of a form while something is not saved; without messages, it is being saved.
pub fn foot<'a, M: Clone + 'a>(words: String, save: String, acts: Option<(M, M)>) -> Element<'a, M> {
    let (discarded, saved) = acts.unzip();
    let discard = press(Kind::Secondary, label::strong(t::account_form_discard())).padding([9, 14]);
    let acts = row![
        label::small(words).width(Fill),
        discard.on_press_maybe(discarded),
        act(Kind::Primary, Icon::Check, save).on_press_maybe(saved),
    ];
    let bar = container(acts.spacing(8).align_y(Center)).padding([10, 20]).width(Fill).style(theme::bar);
    column![crate::gui::widget::line_across(), bar].into()
}
