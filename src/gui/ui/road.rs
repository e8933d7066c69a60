//! The test of the whole road to a gateway or to the mailbox, step by step as it is gone.

use faxseal::engine::{EngineError, MailboxError, RoadStep, RoadTest, StepOutcome, StepTaken};
use faxseal::fax::certificate::CertificateReport;
use faxseal::fax::gateway::TlsStart;
use faxseal::i18n::t;
use iced::widget::{Column, column, container, row};
use iced::{Center, Element, Fill, Task, task};

use super::head::act;
use super::trouble::trouble;
use crate::explain;
use crate::gui::door::Door;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;
use crate::gui::widget::press::Kind;

/// Where a road leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// To the gateway of the account of this name.
    Account(String),
    /// To the mailbox.
    Mailbox,
}

impl Default for To {
    fn default() -> Self {
        Self::Account(String::new())
    }
}

impl To {
    const fn steps(&self) -> &'static [RoadStep] {
        match self {
            Self::Account(_) => RoadStep::TO_GATEWAY,
            Self::Mailbox => RoadStep::TO_MAILBOX,
        }
    }
}

/// The state of a test.
#[derive(Debug, Default)]
pub struct State {
    to: To,
    under_way: Option<task::Handle>,
    steps: Vec<StepTaken>,
    report: Option<CertificateReport>,
    /// Why it could not be done.
    trouble: Option<EngineError>,
    stopped: bool,
}

/// What happened in it.
#[derive(Clone, Debug)]
pub enum Message {
    /// A step was taken.
    Took(StepTaken),
    /// It ended.
    Ended(Result<Box<RoadTest>, EngineError>),
}

/// What can be done with a test.
#[derive(Clone, Debug)]
pub struct Acts<M> {
    /// Go the road; none while it cannot be gone.
    pub run: Option<M>,
    /// Stop on it.
    pub stop: M,
}

impl State {
    /// Begins to go this road; another test that is under way ends.
    pub fn start(&mut self, to: To, door: &Door) -> Task<Message> {
        let road = to.clone();
        let test = door.follow(move |engine, mut tell| async move {
            let mut watch = |taken: &StepTaken| tell(Message::Took(taken.clone()));
            let ended = match road {
                To::Account(account) => engine.test_account(&account, &mut watch).await,
                To::Mailbox => match engine.test_mailbox(&mut watch).await {
                    Ok(test) => Ok(test.road),
                    Err(MailboxError::Engine(error)) => Err(error),
                    Err(_) => Err(EngineError::NotFound),
                },
            };
            Message::Ended(ended.map(Box::new))
        });
        let (task, handle) = test.abortable();
        *self = Self { to, under_way: Some(handle.abort_on_drop()), ..Self::default() };
        task
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::Took(taken) => self.steps.push(taken),
            Message::Ended(Ok(test)) => {
                let RoadTest { report, steps } = *test;
                let to = std::mem::take(&mut self.to);
                *self = Self { to, report: Some(report), steps, ..Self::default() };
            }
            Message::Ended(Err(error)) => {
                self.under_way = None;
                self.trouble = Some(error);
            }
        }
    }

    /// Ends it where it is.
    pub fn stop(&mut self) {
        self.stopped = self.under_way.take().is_some();
    }

    /// Is it under way?
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Was anything tested?
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        self.under_way.is_none() && self.steps.is_empty() && self.trouble.is_none()
    }

    /// Every check of the connection, when it ended.
    #[must_use]
    pub const fn report(&self) -> Option<&CertificateReport> {
        self.report.as_ref()
    }

    /// Why it could not be done.
    #[must_use]
    pub const fn trouble(&self) -> Option<&EngineError> {
        self.trouble.as_ref()
    }

    /// The connection is secure, and the gateway knows us or need not.
    #[must_use]
    pub fn went_well(&self) -> bool {
        let secure = self.report.as_ref().is_some_and(CertificateReport::may_send);
        secure && !self.steps.iter().any(|taken| taken.outcome.is_failure())
    }

    /// Every step with what came of it.
    pub fn view<'a, M: 'a>(&'a self, tls: TlsStart) -> Column<'a, M> {
        let steps = self.steps.iter().map(|taken| step(taken, tls));
        let next = self.to.steps().get(self.steps.len()).copied().filter(|_| self.is_under_way());
        let next = next.map(|step| {
            let words = label::body(explain::step_title(step, tls)).style(theme::toned(Tone::Muted));
            line(Icon::LoaderCircle, Tone::Accent, column![words], Some("\u{2026}".to_owned()))
        });
        let ended = !self.is_under_way() && !self.steps.is_empty();
        let last = match self.to {
            To::Account(_) if self.stopped => Some(t::road_stopped()),
            To::Mailbox if self.stopped => Some(t::receiving_road_stopped()),
            To::Account(_) => ended.then(t::road_no_fax),
            To::Mailbox => ended.then(t::receiving_road_nothing_changed),
        };
        Column::with_children(steps).push(next).push(last.map(label::small)).spacing(2)
    }
}

impl State {
    /// The test in a card, with the act that runs it. `remark` tells what it does, or why it cannot be done now.
    pub fn card<'a, M: Clone + 'a>(&'a self, tls: TlsStart, acts: Acts<M>, remark: Option<String>) -> Element<'a, M> {
        let run = if self.is_under_way() {
            act(Kind::Secondary, Icon::X, t::security_stop()).on_press(acts.stop)
        } else {
            let words = if self.is_blank() { t::road_run() } else { t::road_run_again() };
            act(Kind::Secondary, Icon::Play, words).on_press_maybe(acts.run)
        };
        let refusal = self
            .report()
            .filter(|report| !report.may_send())
            .map(|report| label::small(explain::verdict_title(report)).style(theme::toned(Tone::Bad)));
        let trouble = self.trouble().map(|error| trouble(error, None));
        let head = row![label::heading(t::road_title()).width(Fill), run].align_y(Center);
        let card = column![head, self.view(tls)].push(refusal).push(trouble).push(remark.map(label::small)).spacing(10);
        container(card).padding([14, 16]).width(Fill).style(theme::card).into()
    }
}

fn step<'a, M: 'a>(taken: &StepTaken, tls: TlsStart) -> Element<'a, M> {
    let (mark, tone) = match &taken.outcome {
        StepOutcome::Passed | StepOutcome::Takes { .. } | StepOutcome::Found { .. } => (Icon::CircleCheck, Tone::Ok),
        StepOutcome::NotTried => (Icon::CircleMinus, Tone::Muted),
        _ => (Icon::CircleX, Tone::Bad),
    };
    let detail = explain::step_detail(taken).map(label::small);
    let words = column![label::strong(explain::step_title(taken.step, tls))].push(detail);
    let millis = (taken.outcome != StepOutcome::NotTried).then(|| t::road_millis(taken.millis));
    line(mark, tone, words, millis)
}

fn line<'a, M: 'a>(mark: Icon, tone: Tone, words: Column<'a, M>, behind: Option<String>) -> Element<'a, M> {
    row![icon::toned(mark, 18, tone), words.width(Fill)]
        .push(behind.map(label::small))
        .spacing(10)
        .padding([6, 0])
        .into()
}
