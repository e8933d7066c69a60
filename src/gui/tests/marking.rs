//! Marks on the pages of a new fax, as a person puts them there.

use faxseal::fax::signature::{Mark, MarkKind};
use iced::advanced::widget::Tree;
use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};
use iced::{Event, Point, mouse};
use iced_test::selector::id;

use super::super::app::{App, Message};
use super::super::preset;
use super::{LARGE, window};
use crate::gui::ui::marks::WORDS;

/// The middle of the page on its desk.
const MIDDLE: Point = Point::new(908.0, 400.0);

/// Does something in the window, and takes in what it says.
fn act(app: &mut App, act: impl FnOnce(&mut iced_test::Simulator<'_, Message>)) {
    let mut ui = window(app, LARGE);
    act(&mut ui);
    for message in ui.into_messages().collect::<Vec<_>>() {
        let _ = app.update(message);
    }
}

fn press_words(app: &mut App, words: &str) {
    act(app, |ui| drop(ui.click(words).unwrap_or_else(|error| panic!("{words}: {error}"))));
}

fn button(pressed: bool) -> Event {
    let left = mouse::Button::Left;
    let event = if pressed { mouse::Event::ButtonPressed(left) } else { mouse::Event::ButtonReleased(left) };
    Event::Mouse(event)
}

/// Presses at one point, moves to the other and lets go there: each in a window drawn anew, as it is.
fn drag(app: &mut App, from: Point, to: Point) {
    let mut ui = window(app, LARGE);
    ui.point_at(from);
    let _ = ui.simulate([button(true)]);
    for part in 1..=8u8 {
        let part = f32::from(part) / 8.0;
        let at = Point::new(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
        ui.point_at(at);
        let _ = ui.simulate([Event::Mouse(mouse::Event::CursorMoved { position: at })]);
    }
    let _ = ui.simulate([button(false)]);
    for message in ui.into_messages().collect::<Vec<_>>() {
        let _ = app.update(message);
    }
}

fn click_page(app: &mut App, at: Point) {
    drag(app, at, at);
}

fn key(app: &mut App, named: Named) {
    let _ = app.update(Message::Key(Key::Named(named), Modifiers::empty(), false));
}

fn command(app: &mut App, text: &str) {
    let _ = app.update(Message::Key(Key::Character(text.into()), Modifiers::COMMAND, false));
}

fn marks(app: &mut App) -> Vec<Mark> {
    app.pages_and_marks().1.remove(0)
}

#[test]
fn words_are_put_down_typed_moved_and_taken_back() {
    let mut app = preset::compose().settled();
    press_words(&mut app, "Text");
    click_page(&mut app, MIDDLE);
    assert_eq!(marks(&mut app).len(), 1);
    for more in ["1", "2", " mg"] {
        act(&mut app, |ui| {
            let _ = ui.click(id(WORDS)).unwrap();
            let _ = ui.tap_key(Key::Named(Named::End));
            let _ = ui.typewrite(more);
        });
    }
    let after = marks(&mut app).remove(0);
    assert_eq!(after.kind, MarkKind::Text { text: "12 mg".to_owned() });
    let ink = app.pages_and_marks().0[0].bitmap.black_dots();

    // Keys move it a step, and take it away.
    key(&mut app, Named::ArrowRight);
    key(&mut app, Named::ArrowDown);
    let moved = marks(&mut app).remove(0);
    assert!(moved.placement.x > after.placement.x && moved.placement.y > after.placement.y);
    assert!((moved.placement.x - after.placement.x) * 215.15 < 0.6, "half a millimetre");
    key(&mut app, Named::Delete);
    assert!(marks(&mut app).is_empty());
    assert!(app.pages_and_marks().0[0].bitmap.black_dots() < ink);

    // What was typed in one go comes back in one go.
    command(&mut app, "z");
    assert_eq!(marks(&mut app), [moved]);
    command(&mut app, "z");
    command(&mut app, "z");
    assert_eq!(marks(&mut app), [after]);
    command(&mut app, "z");
    assert_eq!(marks(&mut app)[0].kind, MarkKind::Text { text: String::new() });
    command(&mut app, "z");
    assert!(marks(&mut app).is_empty());
    for _ in 0..2 {
        command(&mut app, "y");
    }
    assert_eq!(marks(&mut app)[0].kind, MarkKind::Text { text: "12 mg".to_owned() });
}

#[test]
fn a_signature_is_placed_dragged_sized_and_turned() {
    let mut app = preset::compose().settled();
    press_words(&mut app, "Sign");
    click_page(&mut app, MIDDLE);
    let placed = marks(&mut app).remove(0);
    assert!(matches!(placed.kind, MarkKind::Signature { .. }));
    drag(&mut app, Point::new(MIDDLE.x, MIDDLE.y - 8.0), Point::new(MIDDLE.x + 60.0, MIDDLE.y + 90.0));
    let moved = marks(&mut app).remove(0);
    assert!(moved.placement.x > placed.placement.x && moved.placement.y > placed.placement.y, "{moved:?} {placed:?}");
    assert_eq!((moved.placement.width, moved.placement.angle), (placed.placement.width, 0.0));
    for _ in 0..3 {
        let _ = app.update(tools(crate::gui::ui::marks::Message::Scale(1.1)));
        let _ = app.update(tools(crate::gui::ui::marks::Message::Turn(5.0)));
    }
    let changed = marks(&mut app).remove(0);
    assert!((changed.placement.width / moved.placement.width - 1.331).abs() < 1e-6);
    assert!((changed.placement.angle - 15.0).abs() < 1e-9);
    press_words(&mut app, "On every page");
    let (pages, marks) = app.pages_and_marks();
    assert_eq!(marks.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    assert!(pages.iter().all(|page| *page == pages[0]), "the same at the same place");
}

fn tools(message: crate::gui::ui::marks::Message) -> Message {
    use crate::gui::screen::compose;
    Message::Compose(compose::Message::Marks(compose::MarksSaid::Tools(message)))
}

#[test]
fn what_is_blackened_is_black_in_what_is_sent() {
    let mut app = preset::compose().settled();
    let before = app.pages_and_marks().0[0].clone();
    press_words(&mut app, "Redact");
    drag(&mut app, Point::new(MIDDLE.x - 60.0, MIDDLE.y - 20.0), Point::new(MIDDLE.x + 60.0, MIDDLE.y + 20.0));
    let (pages, marks) = app.pages_and_marks();
    let [mark] = marks[0].as_slice() else { panic!("{marks:?}") };
    assert_eq!(mark.kind, MarkKind::Redact);
    let (width, height) = (f64::from(before.bitmap.width()), f64::from(before.bitmap.width()) / 204.0 * 196.0);
    let placement = mark.placement;
    let (left, right) = ((placement.x * width) as u32, ((placement.x + placement.width) * width) as u32);
    let (top, bottom) = ((placement.y * height) as u32, ((placement.y + placement.height) * height) as u32);
    let after = &pages[0].bitmap;
    assert!((top..bottom).all(|y| (left..right).all(|x| after.is_black(x, y))));
    let outside = (0..after.height()).flat_map(|y| (0..after.width()).map(move |x| (x, y)));
    let outside = outside.filter(|(x, y)| *x + 2 < left || *x > right + 2 || *y + 2 < top || *y > bottom + 2);
    assert!(outside.into_iter().all(|(x, y)| after.is_black(x, y) == before.bitmap.is_black(x, y)));
}

#[test]
fn keys_alone_put_a_signature_down() {
    let mut app = preset::compose().settled();
    // Tab leads to the tool; here it is pressed by its message, as Enter on it says it.
    let _ = app.update(tools(crate::gui::ui::marks::Message::Arm(crate::gui::ui::marks::Tool::Sign)));
    key(&mut app, Named::Enter);
    assert_eq!(marks(&mut app).len(), 1);
    for _ in 0..10 {
        key(&mut app, Named::ArrowUp);
    }
    key(&mut app, Named::Escape);
    key(&mut app, Named::Delete);
    // Nothing is chosen any more: Delete is meant for the page then.
    assert_eq!(app.pages_and_marks().1, [vec![], vec![]]);
}

#[test]
fn without_a_signature_the_tool_makes_one_first() {
    let mut app = preset::compose_without_signatures();
    press_words(&mut app, "Sign");
    assert!(window(&app, LARGE).find("Save and place").is_ok());
    press_words(&mut app, "Cancel");
    assert!(window(&app, LARGE).find("Save and place").is_err());
}

#[test]
fn a_signature_that_is_removed_is_told_before_sending() {
    use crate::gui::screen::compose;
    let mut app = preset::marked();
    let _ = app.update(Message::Compose(compose::Message::Marks(compose::MarksSaid::Signatures(Ok(Vec::new())))));
    let app = app.settled();
    assert!(window(&app, LARGE).find(faxseal::i18n::t::compose_missing_signature().as_str()).is_ok());
}

#[test]
fn a_field_of_a_form_is_filled_in_by_a_press() {
    let mut app = preset::form();
    click_page(&mut app, MIDDLE);
    let filled = marks(&mut app).remove(0);
    assert_eq!(filled.kind, MarkKind::Text { text: String::new() });
    assert!((filled.placement.x - 0.105).abs() < 1e-6 && (filled.placement.y - 0.504).abs() < 1e-6, "{filled:?}");
    act(&mut app, |ui| {
        let _ = ui.click(id(WORDS)).unwrap();
        let _ = ui.typewrite("yes");
    });
    assert_eq!(marks(&mut app)[0].kind, MarkKind::Text { text: "yes".to_owned() });
}

#[test]
fn a_mark_stays_in_the_hand_when_a_key_is_held() {
    let shape = |app: &App| {
        let view = app.view();
        let mut shape = Vec::new();
        let mut trees = vec![Tree::new(&view)];
        while let Some(tree) = trees.pop() {
            shape.push(tree.tag);
            trees.extend(tree.children);
        }
        shape
    };
    let mut app = preset::marked().settled();
    let before = shape(&app);
    for held in [Modifiers::COMMAND, Modifiers::SHIFT, Modifiers::ALT, Modifiers::empty()] {
        let _ = app.update(Message::Modifiers(held));
        // What a widget knows, such as that the button is down, lasts as long as the widgets have the same shape.
        assert!(shape(&app) == before, "{held:?}");
    }
}
