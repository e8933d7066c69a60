//! What the outbox looks like.

use faxseal::engine::{JobRow, Transmission};
use faxseal::fax::JobId;
use faxseal::fax::job::Stage;
use faxseal::i18n::t;
use iced::widget::{Column, center, column, container, row, scrollable, space};
use iced::{Center, Element, Fill, Padding};
use jiff::Timestamp;

use super::{LIST, Message, State};
use crate::explain;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::ui::head::{act, head};
use crate::gui::ui::job_row;
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::windowed::{self, Window};
use crate::gui::widget::{label, line_across};

/// Room above the first card, logical pixels.
const ABOVE: f32 = 20.0;
/// Height of the heading between cards and rows, logical pixels.
const HEADING: f32 = 38.0;

impl State {
    /// The screen.
    pub fn view(&self, now: Timestamp) -> Element<'_, Message> {
        let head = head(t::nav_outbox(), None, row![]);
        let content: Element<'_, Message> = match &self.rows {
            None => center(label::body(t::outbox_loading()).style(theme::toned(Tone::Muted))).into(),
            Some(rows) if rows.is_empty() => empty(),
            Some(rows) => self.list(rows, now),
        };
        column![head, content].into()
    }

    /// The question about a job in doubt, if it is open.
    pub fn dialog(&self, now: Timestamp) -> Option<Element<'_, Message>> {
        let id = self.resolving?;
        let row = self.rows().iter().find(|row| row.job.id == id)?;
        Some(doubt(row, self.known.as_ref().filter(|known| known.row.job.id == id), now))
    }

    fn list<'a>(&'a self, rows: &'a [JobRow], now: Timestamp) -> Element<'a, Message> {
        let pending: Vec<&JobRow> = self.pending().collect();
        let sent: Vec<&JobRow> = rows.iter().filter(|row| row.job.stage.is_settled()).collect();
        let cards = windowed::down(self.from(ABOVE), pending.len(), job_row::CARD, |at| match pending.get(at) {
            Some(row) => self.card(row, now),
            None => space().into(),
        });
        let above = ABOVE + job_row::CARD * pending.len() as f32 + HEADING;
        let settled = (!sent.is_empty()).then(|| {
            let list = windowed::down(self.from(above), sent.len(), job_row::ROW, |at| match sent.get(at) {
                Some(row) => column![job_row::settled(row, settled_acts(row), now)]
                    .push((at + 1 < sent.len()).then(line_across))
                    .height(job_row::ROW)
                    .into(),
                None => space().into(),
            });
            let heading = container(label::heading(t::outbox_sent())).center_y(HEADING);
            column![heading, container(list).padding(1).style(theme::card)]
        });
        let content = column![cards].push(settled).padding(Padding::new(20.0).top(ABOVE));
        let bar = scrollable::Scrollbar::new().width(8).scroller_width(6);
        scrollable(content)
            .id(LIST)
            .direction(scrollable::Direction::Vertical(bar))
            .on_scroll(|port| {
                Message::Scrolled(Window { offset: port.absolute_offset().y, extent: port.bounds().height })
            })
            .style(theme::scroll)
            .width(Fill)
            .height(Fill)
            .into()
    }

    /// The list's window as a part sees it that begins `above` pixels below the top.
    fn from(&self, above: f32) -> Window {
        Window { offset: (self.window.offset - above).max(0.0), extent: self.window.extent }
    }

    fn card<'a>(&'a self, row: &'a JobRow, now: Timestamp) -> Element<'a, Message> {
        let id = row.job.id;
        let progress = self.progress.get(&id).map(|(sent, of)| *sent as f32 / (*of).max(1) as f32);
        let progress = progress.filter(|_| matches!(row.job.stage, Stage::Submitting { .. }));
        let picture = self.thumbnails.get(&row.fax.id).cloned();
        let card = job_row::card(row, progress, picture, acts(&row.job.stage, id), now);
        column![card, space().height(10)].into()
    }
}

/// What can be done with what is settled.
fn settled_acts(row: &JobRow) -> Vec<(Icon, String, Message)> {
    let id = row.job.id;
    let again = matches!(row.job.stage, Stage::Failed { .. } | Stage::Cancelled { .. })
        .then(|| (Icon::RefreshCw, t::sent_again(), Message::Again(id)));
    let report = (Icon::ScrollText, t::sent_save_report(), Message::Report(id));
    again.into_iter().chain([report]).collect()
}

/// The acts that a stage allows.
fn acts(stage: &Stage, id: JobId) -> Vec<(String, Message)> {
    let cancel = (t::outbox_cancel(), Message::Cancel(id));
    match stage {
        Stage::Queued { last: None, .. } => vec![cancel],
        Stage::Queued { last: Some(_), .. } | Stage::Held { .. } => {
            vec![(t::outbox_try_now(), Message::TryNow(id)), cancel]
        }
        Stage::InDoubt { .. } => vec![(t::outbox_resolve(), Message::Resolve(id))],
        _ => Vec::new(),
    }
}

fn doubt<'a>(row: &'a JobRow, known: Option<&Transmission>, now: Timestamp) -> Element<'a, Message> {
    let id = row.job.id;
    let when = match row.job.stage {
        Stage::InDoubt { since } => explain::moment(since, now),
        _ => String::new(),
    };
    // A number stays on one line.
    let number = row.job.recipient.number.international().replace(' ', "\u{a0}").replace('-', "\u{2011}");
    let whose = match &row.job.recipient.name {
        Some(name) => format!("{name}, {number}"),
        None => number,
    };
    let fact =
        |which, words: String| row![icon::icon(which, 16), label::body(words).width(Fill)].spacing(10).align_y(Center);
    let (handed, ended) = known.map_or_else(|| (t::doubt_handed(), t::doubt_no_answer()), explain::doubt::facts);
    let facts = column![
        label::small(t::doubt_know()),
        fact(Icon::Check, handed),
        fact(Icon::X, ended),
        fact(Icon::MailSearch, t::doubt_no_confirmation()),
    ]
    .spacing(4);
    let words = column![
        label::title(t::doubt_title()),
        label::body(t::doubt_what(when, whose, t::pages(row.fax.pages))),
        container(facts).padding(14).width(Fill).style(theme::card),
        label::body(t::doubt_twice()).style(theme::toned(Tone::Muted)),
    ]
    .spacing(12);
    let secondary =
        |words: String, message| press(Kind::Secondary, label::strong(words)).padding([9, 14]).on_press(message);
    let acts = row![
        press(Kind::Link, label::strong(t::doubt_wait())).padding([9, 4]).on_press(Message::Wait),
        space().width(Fill),
        secondary(t::doubt_sent(), Message::Resolved(id, true)),
        secondary(t::doubt_again(), Message::Resolved(id, false)),
    ]
    .spacing(8)
    .align_y(Center);
    let sign = icon::toned(Icon::CircleQuestionMark, 28, Tone::Warn);
    Column::new().push(row![sign, words].spacing(14)).push(acts).spacing(18).width(540).into()
}

fn empty<'a>() -> Element<'a, Message> {
    let content = column![
        icon::toned(Icon::Send, 48, Tone::Muted),
        label::title(t::outbox_empty_title()),
        label::body(t::outbox_empty()).style(theme::toned(Tone::Muted)).align_x(Center),
        act(Kind::Primary, Icon::Plus, t::nav_new_fax()).id("outbox-new-fax").on_press(Message::NewFax),
    ];
    center(content.spacing(16).max_width(440).align_x(Center)).padding(24).into()
}
