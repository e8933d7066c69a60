//! Marks on the page that is shown: put down, chosen, moved, sized, turned, and the tools for that.
//!
//! What is burnt into the picture is the mark; here is what is laid over it: the frame of the one that is chosen, its
//! handles, and, while it is dragged, its ink.

mod overlay;
mod view;

use faxseal::engine::{box_for_words, filled, mark_aspect, mark_size, placed, snapped, type_height, upright};
use faxseal::fax::SignatureId;
use faxseal::fax::page::Page;
use faxseal::fax::signature::ink::Signature;
use faxseal::fax::signature::{Corner, Field, Frame, Mark, MarkId, MarkKind, Placement, Point};
use faxseal::i18n::t;
use iced::Task;
use iced::advanced::image::Handle;

pub use overlay::Shown;

/// The field for a mark's words, for operations.
pub const WORDS: &str = "mark-words";

/// What the next press on the page puts down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// A signature.
    Sign,
    /// Words.
    Text,
    /// Today's date.
    Date,
    /// A tick.
    Check,
    /// A cross.
    Cross,
    /// Words in a frame.
    Stamp,
    /// A frame around something.
    Outline,
    /// A black box.
    Redact,
}

impl Tool {
    /// Is it drawn from corner to corner?
    const fn is_drawn(self) -> bool {
        matches!(self, Self::Outline | Self::Redact)
    }

    /// Does it stay in the hand, because forms have many?
    const fn stays(self) -> bool {
        matches!(self, Self::Check | Self::Cross | Self::Redact)
    }
}

/// The state of the tools.
#[derive(Debug, Default)]
pub struct State {
    tool: Option<Tool>,
    signature: Option<SignatureId>,
    more: bool,
    chosen: Option<MarkId>,
    grip: Option<Grip>,
    ghost: Option<(MarkId, Placement)>,
    print: Option<(MarkId, Handle)>,
}

/// What is held, and from where.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grip {
    /// The whole mark, from this point.
    Move { from: Point, at: Placement },
    /// A corner.
    Size { corner: Corner, at: Placement },
    /// The handle that turns.
    Turn { at: Placement },
    /// A new box, from this corner.
    Draw { from: Point },
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// Take a tool into the hand, or put it back.
    Arm(Tool),
    /// Show the tools that are used more rarely, or hide them.
    More,
    /// Which signature is put down.
    Signature(SignatureId),
    /// Make a signature.
    NewSignature,
    /// The page was pressed; widths of the page that count as a hit.
    Press(Point, f64),
    /// The pointer moved with the button down; shift is held.
    Drag(Point, bool),
    /// The button was let go.
    Release,
    /// The ink of the chosen mark is ready.
    Print(MarkId, Handle),
    /// The words changed.
    Words(String),
    /// By keys: so many steps to the right and down on the page as it is read.
    Nudge(i32, i32),
    /// Larger or smaller.
    Scale(f64),
    /// So many degrees more.
    Turn(f64),
    /// On every page.
    Everywhere,
    /// Take it away.
    Remove,
    /// Put down what is in the hand, in the middle of the page.
    Place,
    /// The next mark, or the one before.
    Next(isize),
    /// Nothing is chosen any more, and the hand is empty.
    Leave,
}

/// What the tools work on.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The page without its marks.
    pub page: &'a Page,
    /// How its source lies on it.
    pub frame: &'a Frame,
    /// Its marks.
    pub marks: &'a [Mark],
    /// The fields of its form.
    pub fields: &'a [Field],
    /// All signatures.
    pub signatures: &'a [Signature],
    /// Today, in words.
    pub today: &'a str,
}

/// What the screen is to do.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing more than this.
    Run(Task<Message>),
    /// The page has these marks now. `typing`: as a part of what was typed just before.
    Marks {
        /// All of the page's.
        marks: Vec<Mark>,
        /// The mark that was typed in.
        typing: Option<MarkId>,
    },
    /// A new mark on the page, whose number the screen gives.
    Add(MarkKind, Placement),
    /// This mark on every page.
    Everywhere(Mark),
    /// Make a signature, and put it down.
    NewSignature,
}

fn none() -> Outcome {
    Outcome::Run(Task::none())
}

impl State {
    /// The mark that is held now, which lies over the page and not on it.
    #[must_use]
    pub fn lifted(&self) -> Option<MarkId> {
        self.ghost.map(|(id, _)| id)
    }

    /// Is a mark chosen, so that keys are meant for it?
    #[must_use]
    pub const fn has_choice(&self) -> bool {
        self.chosen.is_some()
    }

    /// Is a tool in the hand?
    #[must_use]
    pub const fn is_armed(&self) -> bool {
        self.tool.is_some()
    }

    /// The page that is shown has these marks: what is not among them is not chosen any more.
    pub fn keep(&mut self, marks: &[Mark]) {
        let gone = |id: MarkId| marks.iter().all(|mark| mark.id != id);
        if self.chosen.is_some_and(gone) {
            *self = Self { tool: self.tool, signature: self.signature, more: self.more, ..Self::default() };
        }
    }

    /// Takes this signature into the hand.
    pub fn arm_signature(&mut self, id: SignatureId) {
        self.leave();
        self.tool = Some(Tool::Sign);
        self.signature = Some(id);
    }

    /// The screen has put down a new mark.
    pub fn added(&mut self, mark: &Mark) -> Task<Message> {
        self.chosen = Some(mark.id);
        self.grip = None;
        self.ghost = None;
        if self.tool.is_some_and(|tool| !tool.stays()) {
            self.tool = None;
        }
        match mark.kind {
            MarkKind::Text { .. } | MarkKind::Stamp { .. } => iced::widget::operation::focus(WORDS),
            _ => Task::none(),
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, desk: &Desk<'_>) -> Outcome {
        match message {
            Message::Arm(tool) => self.arm(tool, desk),
            Message::More => self.set(|state| state.more = !state.more),
            Message::Signature(id) => self.take_signature(id, desk),
            Message::NewSignature => Outcome::NewSignature,
            Message::Press(at, slack) => self.press(at, slack, desk),
            Message::Drag(at, straight) => self.drag(at, straight, desk),
            Message::Release => self.release(desk),
            Message::Print(id, handle) => self.set(|state| state.print = Some((id, handle))),
            Message::Words(words) => self.words(words, desk),
            Message::Nudge(across, down) => self.nudge(across, down, desk),
            Message::Scale(by) => self.scale(by, desk),
            Message::Turn(by) => {
                self.change(desk, |mark| mark.placement = mark.placement.turned_to(mark.placement.angle + by))
            }
            Message::Everywhere => self.mark(desk).cloned().map_or_else(none, Outcome::Everywhere),
            Message::Remove => self.remove(desk),
            Message::Place => self.place(desk),
            Message::Next(by) => self.next(by, desk),
            Message::Leave => self.set(Self::leave),
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Outcome {
        set(self);
        none()
    }

    fn leave(&mut self) {
        self.tool = None;
        self.chosen = None;
        self.grip = None;
        self.ghost = None;
    }

    fn mark<'a>(&self, desk: &Desk<'a>) -> Option<&'a Mark> {
        desk.marks.iter().find(|mark| Some(mark.id) == self.chosen)
    }

    fn arm(&mut self, tool: Tool, desk: &Desk<'_>) -> Outcome {
        if self.tool == Some(tool) {
            self.tool = None;
            return none();
        }
        self.leave();
        if tool == Tool::Sign && desk.signatures.is_empty() {
            return Outcome::NewSignature;
        }
        self.tool = Some(tool);
        none()
    }

    fn take_signature(&mut self, id: SignatureId, desk: &Desk<'_>) -> Outcome {
        self.signature = Some(id);
        // A signature that is on the page already becomes the other one.
        self.change(desk, |mark| {
            if let MarkKind::Signature { signature } = &mut mark.kind {
                *signature = id;
                if let Some(aspect) = mark_aspect(&mark.kind, desk.signatures) {
                    mark.placement = with_height(mark.placement, mark.placement.width * aspect);
                }
            }
        })
    }

    /// The signature that would be put down.
    fn signature(&self, desk: &Desk<'_>) -> Option<SignatureId> {
        let known = |id: &SignatureId| desk.signatures.iter().any(|signature| signature.id == *id);
        self.signature.filter(known).or_else(|| desk.signatures.first().map(|signature| signature.id))
    }

    fn kind(&self, tool: Tool, desk: &Desk<'_>) -> Option<MarkKind> {
        Some(match tool {
            Tool::Sign => MarkKind::Signature { signature: self.signature(desk)? },
            Tool::Text => MarkKind::Text { text: String::new() },
            Tool::Date => MarkKind::Date { text: desk.today.to_owned() },
            Tool::Check => MarkKind::Check,
            Tool::Cross => MarkKind::Cross,
            Tool::Stamp => MarkKind::Stamp { text: t::mark_stamp_words() },
            Tool::Outline => MarkKind::Outline,
            Tool::Redact => MarkKind::Redact,
        })
    }

    fn press(&mut self, at: Point, slack: f64, desk: &Desk<'_>) -> Outcome {
        if let Some(tool) = self.tool {
            if tool.is_drawn() {
                self.chosen = None;
                self.grip = Some(Grip::Draw { from: at });
                return none();
            }
            return self.put_down(tool, at, desk);
        }
        if let Some(mark) = self.mark(desk) {
            let placement = mark.placement;
            if let Some(grip) = overlay::handle_at(&placement, at, slack) {
                self.grip = Some(match grip {
                    overlay::Handle::Corner(corner) => Grip::Size { corner, at: placement },
                    overlay::Handle::Turn => Grip::Turn { at: placement },
                });
                return none();
            }
        }
        let hit = desk.marks.iter().rev().find(|mark| mark.placement.contains(at, slack / 2.0));
        if hit.is_none()
            && let Some(field) = desk.fields.iter().find(|field| field.placement.contains(at, 0.0))
        {
            return self.fill(field, desk);
        }
        self.chosen = hit.map(|mark| mark.id);
        self.grip = hit.map(|mark| Grip::Move { from: at, at: mark.placement });
        self.print = None;
        none()
    }

    /// Fills in a field of a form.
    fn fill(&mut self, field: &Field, desk: &Desk<'_>) -> Outcome {
        match filled(field, self.signature(desk), desk.signatures) {
            Some((kind, placement)) => Outcome::Add(kind, placement),
            None => Outcome::NewSignature,
        }
    }

    /// A new mark of its usual size: a signature stands with the middle of its base at the point, words begin there,
    /// a tick has its middle there.
    fn put_down(&mut self, tool: Tool, at: Point, desk: &Desk<'_>) -> Outcome {
        let Some(kind) = self.kind(tool, desk) else { return Outcome::NewSignature };
        let Desk { page, frame, signatures, .. } = *desk;
        let (x, y) = millimetres(frame.dots(at), page);
        let (width, height) = mark_size(&kind, signatures);
        let corner = match kind {
            MarkKind::Signature { .. } => (x - width / 2.0, y - height * 0.88),
            MarkKind::Check | MarkKind::Cross => (x - width / 2.0, y - height / 2.0),
            _ => (x, y - height / 2.0),
        };
        let placement = placed(&kind, page, frame, corner, None, signatures);
        let placement = snapped(&kind, &placement, page, frame).unwrap_or(placement);
        Outcome::Add(kind, placement)
    }

    fn place(&mut self, desk: &Desk<'_>) -> Outcome {
        let Some(tool) = self.tool else { return none() };
        let Page { bitmap, .. } = desk.page;
        let middle = desk.frame.source((f64::from(bitmap.width()) / 2.0, f64::from(bitmap.height()) / 2.0));
        if !tool.is_drawn() {
            return self.put_down(tool, middle, desk);
        }
        let Some(kind) = self.kind(tool, desk) else { return none() };
        let (x, y) = millimetres(desk.frame.dots(middle), desk.page);
        let (width, height) = mark_size(&kind, desk.signatures);
        let placement = upright(dpi(desk.page), desk.frame, (x - width / 2.0, y - height / 2.0), (width, height));
        Outcome::Add(kind, placement)
    }

    fn drag(&mut self, at: Point, straight: bool, desk: &Desk<'_>) -> Outcome {
        let Some(grip) = self.grip else { return none() };
        if let Grip::Draw { from } = grip {
            // What is drawn has no number yet: zero stands for it.
            self.ghost = drawn(from, at, desk).map(|placement| (MarkId(0), placement));
            return none();
        }
        let Some(mark) = self.mark(desk) else { return none() };
        let placement = match grip {
            Grip::Move { from, at: begun } => {
                let moved = begun.moved(at.x - from.x, at.y - from.y);
                snapped(&mark.kind, &moved, desk.page, desk.frame).unwrap_or(moved)
            }
            Grip::Size { corner, at: begun } => {
                let keeps_shape = mark_aspect(&mark.kind, desk.signatures).is_some();
                begun.sized(corner, at, keeps_shape)
            }
            Grip::Turn { at: begun } => {
                let middle = begun.middle();
                let angle = (at.x - middle.x).atan2(middle.y - at.y).to_degrees();
                begun.turned_to(calm_angle(angle, straight, desk))
            }
            Grip::Draw { .. } => return none(),
        };
        let id = mark.id;
        let first = self.ghost.is_none();
        self.ghost = Some((id, placement));
        if first && self.print.as_ref().is_none_or(|(known, _)| *known != id) {
            self.have_printed(desk)
        } else {
            none()
        }
    }

    fn release(&mut self, desk: &Desk<'_>) -> Outcome {
        let grip = self.grip.take();
        let ghost = self.ghost.take();
        match (grip, ghost, self.tool) {
            (Some(Grip::Draw { .. }), Some((_, placement)), Some(tool)) => match self.kind(tool, desk) {
                Some(kind) => Outcome::Add(kind, placement),
                None => none(),
            },
            (Some(_), Some((id, placement)), _) => {
                let mut marks = desk.marks.to_vec();
                if let Some(mark) = marks.iter_mut().find(|mark| mark.id == id) {
                    mark.placement = placement;
                }
                Outcome::Marks { marks, typing: None }
            }
            _ => none(),
        }
    }

    /// Has the ink of the chosen mark drawn, to be moved over the page.
    fn have_printed(&self, desk: &Desk<'_>) -> Outcome {
        let Some(mark) = self.mark(desk) else { return none() };
        let (mark, signatures) = (mark.clone(), desk.signatures.to_vec());
        let (page, frame) = (desk.page.clone(), *desk.frame);
        let id = mark.id;
        let draw = move || overlay::print(&mark, &page, &frame, &signatures);
        let drawn = async move { tokio::task::spawn_blocking(draw).await.ok().flatten() };
        Outcome::Run(Task::future(drawn).and_then(move |handle| Task::done(Message::Print(id, handle))))
    }

    /// Changes the chosen mark.
    fn change(&mut self, desk: &Desk<'_>, change: impl FnOnce(&mut Mark)) -> Outcome {
        self.change_while(desk, false, change)
    }

    fn change_while(&mut self, desk: &Desk<'_>, typing: bool, change: impl FnOnce(&mut Mark)) -> Outcome {
        self.print = None;
        let mut marks = desk.marks.to_vec();
        let Some(mark) = marks.iter_mut().find(|mark| Some(mark.id) == self.chosen) else { return none() };
        change(mark);
        let typing = typing.then_some(mark.id);
        if marks.as_slice() == desk.marks { none() } else { Outcome::Marks { marks, typing } }
    }

    /// Other words in type of the same size, from the same place.
    fn words(&mut self, words: String, desk: &Desk<'_>) -> Outcome {
        self.change_while(desk, true, |mark| {
            let size = type_height(&mark.kind) * mark.placement.height;
            match &mut mark.kind {
                MarkKind::Text { text } | MarkKind::Date { text } | MarkKind::Stamp { text } => *text = words,
                _ => return,
            }
            mark.placement = box_for_words(&mark.kind, mark.placement, size);
        })
    }

    fn nudge(&mut self, across: i32, down: i32, desk: &Desk<'_>) -> Outcome {
        /// A key moves a mark this far, millimetres.
        const STEP_MM: f64 = 0.5;
        let Desk { page, frame, .. } = *desk;
        self.change(desk, |mark| {
            let (x, y) = frame.dots(mark.placement.middle());
            let dots = |steps: i32, dpi: u16| f64::from(steps) * STEP_MM / 25.4 * f64::from(dpi);
            let to = frame.source((x + dots(across, page.x_dpi), y + dots(down, page.y_dpi)));
            let from = mark.placement.middle();
            mark.placement = mark.placement.moved(to.x - from.x, to.y - from.y);
        })
    }

    /// Larger or smaller around its middle.
    fn scale(&mut self, by: f64, desk: &Desk<'_>) -> Outcome {
        self.change(desk, |mark| {
            let Placement { x, y, width, height, angle } = mark.placement;
            let scaled = Placement {
                x: x - width * (by - 1.0) / 2.0,
                y: y - height * (by - 1.0) / 2.0,
                width: width * by,
                height: height * by,
                angle,
            };
            if scaled.is_sane() && scaled.width.min(scaled.height) > 0.004 {
                mark.placement = scaled;
            }
        })
    }

    fn remove(&mut self, desk: &Desk<'_>) -> Outcome {
        let Some(id) = self.chosen.take() else { return none() };
        let marks = desk.marks.iter().filter(|mark| mark.id != id).cloned().collect();
        Outcome::Marks { marks, typing: None }
    }

    fn next(&mut self, by: isize, desk: &Desk<'_>) -> Outcome {
        let count = desk.marks.len();
        let now = desk.marks.iter().position(|mark| Some(mark.id) == self.chosen);
        let to = match now {
            None if by < 0 => count.checked_sub(1),
            None => Some(0),
            Some(at) => at.checked_add_signed(by),
        };
        self.tool = None;
        self.print = None;
        self.chosen = to.and_then(|to| desk.marks.get(to)).map(|mark| mark.id);
        none()
    }
}

/// A box between two corners, upright on the page as it is read.
fn drawn(from: Point, to: Point, desk: &Desk<'_>) -> Option<Placement> {
    let (one, other) = (millimetres(desk.frame.dots(from), desk.page), millimetres(desk.frame.dots(to), desk.page));
    let corner = (one.0.min(other.0), one.1.min(other.1));
    let size = ((one.0 - other.0).abs(), (one.1 - other.1).abs());
    (size.0 > 1.0 && size.1 > 1.0).then(|| upright(dpi(desk.page), desk.frame, corner, size))
}

const fn dpi(page: &Page) -> (u16, u16) {
    (page.x_dpi, page.y_dpi)
}

/// Dots in millimetres on paper.
fn millimetres((x, y): (f64, f64), page: &Page) -> (f64, f64) {
    (x / f64::from(page.x_dpi.max(1)) * 25.4, y / f64::from(page.y_dpi.max(1)) * 25.4)
}

/// An angle that holds on to the upright, and with `straight` to every 15 degrees.
fn calm_angle(angle: f64, straight: bool, desk: &Desk<'_>) -> f64 {
    let upright = -desk.frame.angle(desk.page.x_dpi, desk.page.y_dpi);
    let off = angle - upright;
    let (step, reach) = if straight { (15.0, 7.5) } else { (90.0, 3.0) };
    let nearest = (off / step).round() * step;
    if (off - nearest).abs() <= reach { upright + nearest } else { angle }
}

/// The same width from the same base, another height.
fn with_height(placement: Placement, height: f64) -> Placement {
    let still = placement.point((0.0, 1.0));
    let changed = Placement { height, ..placement };
    let now = changed.point((0.0, 1.0));
    changed.moved(still.x - now.x, still.y - now.y)
}
