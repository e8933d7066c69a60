//! The keys of the window, told in one place.

use faxseal::i18n::t;
use iced::widget::{Column, column, container, row, scrollable, space};
use iced::{Center, Element, Fill};

use crate::gui::shortcut::command;
use crate::gui::theme;
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};

/// The dialog; `close` is said when it is read.
pub fn keys<'a, Message: Clone + 'a>(close: Message) -> Element<'a, Message> {
    let parts = parts().into_iter().map(|(title, keys)| {
        let rows = keys.into_iter().map(|(key, what)| {
            let key = container(label::strong(key).size(12)).width(150);
            row![key, label::body(what).size(13).width(Fill)].spacing(10).align_y(Center).into()
        });
        column![label::caption(title), Column::with_children(rows).spacing(3)].spacing(6).into()
    });
    let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
    let list = scrollable(
        Column::with_children(parts).spacing(14).padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO }),
    )
    .direction(scrollable::Direction::Vertical(bar))
    .style(theme::scroll)
    .height(396);
    let done = press(Kind::Primary, label::strong(t::keys_done())).padding([9, 14]).on_press(close);
    let foot = row![label::small(t::keys_again()).width(Fill), space().width(8), done].align_y(Center);
    column![label::title(t::keys_title()), list, foot].spacing(14).width(520).into()
}

/// What each part of the window has.
fn parts() -> Vec<(String, Vec<(String, String)>)> {
    let shift = |key: &str| t::keys_shift(key);
    vec![
        (
            t::keys_everywhere(),
            vec![
                (command("N"), t::nav_new_fax()),
                (format!("{} … 9", command("1")), t::keys_screens()),
                (t::keys_tab(), t::keys_focus()),
                (t::keys_enter_space(), t::keys_press()),
                (t::keys_escape(), t::keys_close()),
                (format!("{}, {}", command("Z"), command(&shift("Z"))), t::keys_undo_redo()),
                (command("F"), t::keys_find()),
                ("F1, ?".to_owned(), t::keys_this()),
            ],
        ),
        (
            t::nav_new_fax(),
            vec![
                (t::keys_enter(), t::keys_recipient()),
                (command("O"), t::compose_add_tip()),
                (command("V"), t::keys_paste()),
                (command(&t::keys_enter()), t::compose_send()),
                (command("S"), t::compose_keep()),
                (t::keys_pages(), t::keys_page()),
                (shift("← →"), t::keys_extend()),
                (t::keys_alt("← →"), t::keys_move()),
                (command("A"), t::keys_all()),
                (format!("{}, {}", command("R"), command("L")), t::keys_turn()),
                (command("D"), t::page_duplicate()),
                (t::keys_delete(), t::page_delete()),
            ],
        ),
        (
            t::keys_marks(),
            vec![
                (command("G"), t::keys_sign()),
                (t::keys_enter(), t::keys_place()),
                (command("M"), t::keys_next_mark()),
                (t::keys_arrows(), t::keys_nudge()),
                (t::keys_delete(), t::keys_remove_mark()),
                (t::keys_escape(), t::keys_leave_mark()),
            ],
        ),
        (
            t::keys_view(),
            vec![
                (format!("{}, {}", command("+"), command("-")), t::keys_zoom()),
                (command("0"), t::keys_fit()),
                (command(&t::keys_arrows()), t::keys_scroll()),
            ],
        ),
    ]
}
