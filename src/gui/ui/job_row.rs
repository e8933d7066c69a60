//! A job of the outbox: as a card while something may still happen, as a row once it is settled.

use faxseal::engine::JobRow;
use faxseal::fax::job::Stage;
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::tooltip::Position;
use iced::widget::{Row, column, container, progress_bar, row};
use iced::{Center, Element, Fill, FillPortion};
use jiff::Timestamp;

use super::page_strip;
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::tip::tip;
use crate::gui::widget::{brief, label};

/// Height of a card with the room below it, logical pixels.
pub const CARD: f32 = 98.0;
/// Height of a settled row with its line, logical pixels.
pub const ROW: f32 = 61.0;
/// Room for a thumbnail, logical pixels.
pub const THUMBNAIL: (f32, f32) = (44.0, 58.0);

/// Seconds until a fresh job may go out, while it can still be taken back unseen.
#[must_use]
pub fn hold_seconds(row: &JobRow, now: Timestamp) -> Option<i64> {
    match &row.job.stage {
        Stage::Queued { due, last: None } if row.job.attempts == 0 => {
            let left = due.duration_since(now).as_millis();
            (1..=60_000).contains(&left).then(|| i64::try_from(left).unwrap_or(0).div_euclid(1000) + 1)
        }
        _ => None,
    }
}

/// A card with its thumbnail, its state, and the acts that it allows.
pub fn card<'a, Message: Clone + 'a>(
    row: &'a JobRow,
    progress: Option<f32>,
    picture: Option<Handle>,
    acts: Vec<(String, Message)>,
    now: Timestamp,
) -> Element<'a, Message> {
    let (which, tone) = face(&row.job.stage);
    let words = match (progress, hold_seconds(row, now)) {
        (Some(part), _) => t::outbox_progress(explain::stage(&row.job, now), (part * 100.0).floor() as i64),
        (None, Some(seconds)) => t::outbox_hold(seconds),
        (None, None) => explain::stage(&row.job, now),
    };
    let state_tone = if matches!(tone, Tone::Warn | Tone::Bad) { tone } else { Tone::Ink };
    let words = said(words, 4, state_tone);
    let bar = progress.map(|part| progress_bar(0.0..=1.0, part).girth(4).style(theme::progress));
    let state = column![words].push(bar).spacing(6).width(Fill);
    let acts = acts
        .into_iter()
        .map(|(words, message)| press(Kind::Secondary, label::strong(words)).padding([9, 14]).on_press(message).into());
    let content = row![
        icon::toned(which, 22, tone),
        container(page_strip::thumbnail(picture, THUMBNAIL)).center_x(46),
        whose(row),
        Row::new().push(state).extend(acts).spacing(8).align_y(Center).width(FillPortion(4)),
    ]
    .spacing(14)
    .align_y(Center);
    container(content).padding([0, 16]).center_y(CARD - 10.0).width(Fill).style(theme::card).into()
}

/// A settled row, with the acts behind its state.
pub fn settled<'a, Message: Clone + 'a>(
    row: &'a JobRow,
    acts: Vec<(Icon, String, Message)>,
    now: Timestamp,
) -> Element<'a, Message> {
    let (which, tone) = face(&row.job.stage);
    let state = container(said(explain::stage(&row.job, now), 2, Tone::Muted)).width(FillPortion(4));
    let acts = acts.into_iter().map(|(which, words, message)| {
        let content = row![icon::icon(which, 14), label::strong(words).size(12)].spacing(6).align_y(Center);
        press(Kind::Link, content).padding([4, 4]).on_press(message).into()
    });
    let acts = Row::with_children(acts).spacing(10);
    let content = row![icon::toned(which, 18, tone), whose(row), state, acts].spacing(14).align_y(Center);
    container(content).padding([0, 16]).center_y(ROW - 1.0).width(Fill).into()
}

/// A state's sentence; all of it shows in its tip.
fn said<'a, Message: 'a>(words: String, lines: u16, tone: Tone) -> Element<'a, Message> {
    tip(brief::body(words.clone()).lines(lines).tone(tone), words, Position::Top)
}

fn whose<'a, Message: 'a>(row: &'a JobRow) -> Element<'a, Message> {
    let pages = t::pages(row.fax.pages);
    let detail =
        if row.fax.subject.trim().is_empty() { pages } else { t::outbox_detail(row.fax.subject.as_str(), pages) };
    column![brief::strong(row.job.recipient.label()), brief::small(detail)].width(FillPortion(2)).into()
}

/// The shape and the colour of a stage.
pub const fn face(stage: &Stage) -> (Icon, Tone) {
    match stage {
        Stage::Queued { last: None, .. } => (Icon::Clock, Tone::Muted),
        Stage::Queued { last: Some(_), .. } => (Icon::RefreshCw, Tone::Warn),
        Stage::Submitting { .. } => (Icon::Loader, Tone::Accent),
        Stage::Held { .. } => (Icon::ShieldX, Tone::Bad),
        Stage::Accepted { .. } => (Icon::CircleDashed, Tone::Muted),
        Stage::Delivered { .. } => (Icon::CircleCheck, Tone::Ok),
        Stage::InDoubt { .. } => (Icon::CircleQuestionMark, Tone::Warn),
        Stage::Failed { .. } => (Icon::CircleX, Tone::Bad),
        Stage::Cancelled { .. } => (Icon::CircleMinus, Tone::Muted),
    }
}
