//! When the fax is to go out.

use faxseal::fax::draft::Change;
use faxseal::i18n::t;
use iced::widget::{column, operation, row, space, text_input};
use iced::{Center, Element, Fill, Task};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use super::{Message as Outer, State as Screen};
use crate::explain;
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;
use crate::gui::widget::press::{Kind, press};

const FIELD: &str = "later-time";

/// The dialog.
#[derive(Debug)]
pub(super) struct State {
    text: String,
    now: Zoned,
}

/// What happened in it.
#[derive(Clone, Debug)]
pub enum Message {
    /// Ask.
    Open,
    /// Never mind.
    Close,
    /// What is typed changed.
    Typed(String),
    /// What is typed is meant.
    Enter,
    /// This time, or at once.
    Set(Option<Timestamp>),
}

impl Screen {
    pub(super) fn later_said(&mut self, message: Message) -> Task<Outer> {
        match (message, &mut self.later) {
            (Message::Open, _) => {
                let now = Timestamp::now().to_zoned(TimeZone::system());
                self.later = Some(State { text: String::new(), now });
                operation::focus(FIELD)
            }
            (Message::Close, _) => self.set(|screen| screen.later = None),
            (Message::Typed(text), Some(later)) => {
                later.text = text;
                Task::none()
            }
            (Message::Enter, Some(later)) => match later.meant() {
                Some(at) => self.later_said(Message::Set(Some(at))),
                None => Task::none(),
            },
            (Message::Set(due), _) => {
                self.later = None;
                self.act(Change::Due(due))
            }
            (Message::Typed(_) | Message::Enter, None) => Task::none(),
        }
    }
}

impl State {
    /// The time that is typed, if it makes sense and is to come.
    fn meant(&self) -> Option<Timestamp> {
        let words = (t::later_today(), t::later_tomorrow());
        understood(&self.text, self.now.datetime(), (&words.0, &words.1)).and_then(|at| self.instant(at))
    }

    fn instant(&self, at: DateTime) -> Option<Timestamp> {
        let at = at.to_zoned(self.now.time_zone().clone()).ok()?.timestamp();
        (at > self.now.timestamp()).then_some(at)
    }

    /// Times that are often meant.
    fn usual(&self) -> Vec<(String, Timestamp)> {
        let today = self.now.date();
        let in_an_hour = self.now.timestamp().checked_add(Span::new().hours(1)).ok();
        let at = |date: Option<Date>, hour: i8| self.instant(date?.at(hour, 0, 0, 0));
        let monday = today.nth_weekday(1, Weekday::Monday).ok();
        [
            (t::later_in_an_hour(), in_an_hour),
            (t::later_tonight(), at(Some(today), 20)),
            (t::later_tomorrow_morning(), at(today.tomorrow().ok(), 8)),
            (t::later_monday_morning(), at(monday, 8)),
        ]
        .into_iter()
        .filter_map(|(words, at)| Some((words, at?)))
        .collect()
    }

    /// The dialog; `due` is what is set.
    pub(super) fn view(&self, due: Option<Timestamp>) -> Element<'_, Outer> {
        let now = self.now.timestamp();
        let said = |message| Outer::Later(message);
        let field = text_input(&t::later_placeholder(), &self.text)
            .id(FIELD)
            .on_input(|text| Outer::Later(Message::Typed(text)))
            .on_submit(said(Message::Enter))
            .size(14)
            .padding([9, 10])
            .style(theme::input);
        let meant = self.meant();
        let line = match (self.text.trim().is_empty(), meant) {
            (true, _) => label::small(t::later_hint()),
            (false, Some(at)) => label::small(t::later_meant(explain::moment(at, now))),
            (false, None) => label::small(t::later_not_understood()).style(theme::toned(Tone::Bad)),
        };
        let usual = self.usual().into_iter().map(|(words, at)| {
            let at_words = label::small(explain::moment(at, now));
            let content = row![label::strong(words), space().width(Fill), at_words].align_y(Center);
            press(Kind::Secondary, content).padding([8, 12]).width(Fill).on_press(said(Message::Set(Some(at)))).into()
        });
        let usual = iced::widget::Column::with_children(usual).spacing(6);
        let at_once = due.is_some().then(|| {
            press(Kind::Secondary, label::strong(t::later_at_once()))
                .padding([9, 14])
                .on_press(said(Message::Set(None)))
        });
        let set = press(Kind::Primary, label::strong(t::later_set()))
            .padding([9, 14])
            .on_press_maybe(meant.map(|at| said(Message::Set(Some(at)))));
        let close = press(Kind::Link, label::strong(t::cancel())).padding([9, 14]).on_press(said(Message::Close));
        let acts = row![close, space().width(Fill)].push(at_once).push(set).spacing(8).align_y(Center);
        column![
            label::title(t::later_title()),
            label::body(t::later_detail()).style(theme::toned(Tone::Muted)),
            usual,
            column![field, line].spacing(6),
            acts,
        ]
        .spacing(14)
        .width(440)
        .into()
    }
}

/// A time as a person writes it: "18:30" is the next time that it is so; a day may stand before it, as "today",
/// "tomorrow", "2026-12-01" or "1.12.".
fn understood(text: &str, now: DateTime, (today, tomorrow): (&str, &str)) -> Option<DateTime> {
    let text = text.trim().to_lowercase();
    let (day, time) = match text.rsplit_once([' ', 't']) {
        Some((day, time)) => (Some(day.trim().trim_end_matches(',')), time),
        None => (None, text.as_str()),
    };
    let time = clock(time)?;
    let date = match day {
        None => {
            let at = now.date().to_datetime(time);
            return if at > now { Some(at) } else { Some(now.date().tomorrow().ok()?.to_datetime(time)) };
        }
        Some(day) if day == today.to_lowercase() => now.date(),
        Some(day) if day == tomorrow.to_lowercase() => now.date().tomorrow().ok()?,
        Some(day) => calendar_day(day, now.date())?,
    };
    Some(date.to_datetime(time))
}

/// "8:00", "08.30", "8".
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "0"));
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// "2026-12-01", or "1.12." of the year in which it is still to come.
fn calendar_day(text: &str, today: Date) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let mut parts = text.trim_end_matches('.').split('.');
    let (day, month) = (parts.next()?.trim().parse().ok()?, parts.next()?.trim().parse().ok()?);
    if let Some(year) = parts.next() {
        return Date::new(year.trim().parse().ok()?, month, day).ok();
    }
    let date = Date::new(today.year(), month, day).ok()?;
    if date < today { Date::new(today.year() + 1, month, day).ok() } else { Some(date) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood_as_they_are_written() {
        let now: DateTime = "2026-11-25T15:00:00".parse().unwrap();
        for (text, expected) in [
            ("18:30", Some("2026-11-25T18:30:00")),
            ("8", Some("2026-11-26T08:00:00")),
            ("15:00", Some("2026-11-26T15:00:00")),
            ("today 16:05", Some("2026-11-25T16:05:00")),
            ("Tomorrow 7.15", Some("2026-11-26T07:15:00")),
            ("2026-12-01 09:00", Some("2026-12-01T09:00:00")),
            ("2026-12-01T09:00", Some("2026-12-01T09:00:00")),
            ("1.12. 9:00", Some("2026-12-01T09:00:00")),
            ("3.1., 9:00", Some("2027-01-03T09:00:00")),
            ("3.1.2028 9:00", Some("2028-01-03T09:00:00")),
            ("25:00", None),
            ("soon", None),
            ("31.2. 9:00", None),
            ("", None),
        ] {
            let expected = expected.map(|at| at.parse().unwrap());
            assert_eq!(understood(text, now, ("today", "tomorrow")), expected, "{text}");
        }
    }
}
