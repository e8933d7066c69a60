//! The test of an account's whole road, step by step as it is gone.

use faxseal::engine::{AccountStep, AccountTest, EngineError, StepOutcome, StepTaken};
use faxseal::fax::certificate::CertificateReport;
use faxseal::fax::gateway::TlsStart;
use faxseal::i18n::t;
use iced::widget::{Column, column, row};
use iced::{Element, Fill, Task, task};

use crate::explain;
use crate::gui::door::Door;
use crate::gui::icon::{self, Icon};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;

/// The state of a test.
#[derive(Debug, Default)]
pub struct State {
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
    Ended(Result<Box<AccountTest>, EngineError>),
}

impl State {
    /// Begins to test this account; another test that is under way ends.
    pub fn start(&mut self, account: String, door: &Door) -> Task<Message> {
        let test = door.follow(move |engine, mut tell| async move {
            let mut watch = |taken: &StepTaken| tell(Message::Took(taken.clone()));
            Message::Ended(engine.test_account(&account, &mut watch).await.map(Box::new))
        });
        let (task, handle) = test.abortable();
        *self = Self { under_way: Some(handle.abort_on_drop()), ..Self::default() };
        task
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::Took(taken) => self.steps.push(taken),
            Message::Ended(Ok(test)) => {
                let AccountTest { report, steps } = *test;
                *self = Self { report: Some(report), steps, ..Self::default() };
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
        let next = AccountStep::ALL.into_iter().nth(self.steps.len()).filter(|_| self.is_under_way());
        let next = next.map(|step| {
            let words = label::body(explain::step_title(step, tls)).style(theme::toned(Tone::Muted));
            line(Icon::LoaderCircle, Tone::Accent, column![words], Some("\u{2026}".to_owned()))
        });
        let last = if self.stopped {
            Some(t::road_stopped())
        } else {
            (!self.is_under_way() && !self.steps.is_empty()).then(t::road_no_fax)
        };
        Column::with_children(steps).push(next).push(last.map(label::small)).spacing(2)
    }
}

fn step<'a, M: 'a>(taken: &StepTaken, tls: TlsStart) -> Element<'a, M> {
    let (mark, tone) = match &taken.outcome {
        StepOutcome::Passed | StepOutcome::Takes { .. } => (Icon::CircleCheck, Tone::Ok),
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
