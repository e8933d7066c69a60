//! Making a signature: drawn, typed, or lifted from a picture of paper, and what it will look like on a fax.

use std::path::PathBuf;

use faxseal::engine::{Dab, SignatureError, Source, dabs, proof};
use faxseal::fax::SignatureId;
use faxseal::fax::page::Resolution;
use faxseal::fax::signature::ink::{Hand, Ink, PenPoint, Shape, Signature, Stroke};
use faxseal::i18n::t;
use iced::advanced::image::Handle;
use iced::widget::canvas::Cache;
use iced::widget::tooltip::Position;
use iced::widget::{Column, Row, center, column, container, image, row, slider, space, stack, text_input};
use iced::{Center, ContentFit, Element, Fill, Padding, Task, task};

use super::page_image;
use super::path_entry;
use crate::explain;
use crate::gui::door::Door;
use crate::gui::icon::{self, Icon};
use crate::gui::shortcut::Shortcut;
use crate::gui::system::dialog::{self, Picked};
use crate::gui::theme::{self, Tone};
use crate::gui::widget::label;
use crate::gui::widget::pad::{Pen, pad};
use crate::gui::widget::press::{Kind, press};
use crate::gui::widget::segmented::segmented;
use crate::gui::widget::tip::tip;

const ENDINGS: &[&str] = &["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "pdf"];
/// The name's field, for operations.
const NAME: &str = "signature-name";
/// Height of the pad, logical pixels.
const PAD: f32 = 220.0;
/// Width of the dialog, logical pixels.
const WIDTH: u32 = 574;
/// Room of the picture that shows the print, logical pixels.
const PROOF: (f32, f32) = (126.0, 36.0);
/// Room of a name in a hand, logical pixels.
const SAMPLE: (f32, f32) = (150.0, 58.0);
/// Room of what was lifted, logical pixels.
const LIFTED: (f32, f32) = (480.0, 130.0);
/// A press on minus or plus moves the thickness so far.
const STEP: f32 = 0.1;

/// How the signature is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// With a pen.
    #[default]
    Draw,
    /// By keys.
    Type,
    /// From a picture.
    Picture,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is kept and put on the page.
    Place,
    /// It is kept.
    Keep,
}

/// The dialog's state.
#[derive(Debug)]
pub struct State {
    purpose: Purpose,
    /// Names that are taken.
    names: Vec<String>,
    way: Way,
    initials: bool,
    thickness: f32,
    strokes: Vec<Stroke>,
    done: Vec<Vec<Dab>>,
    drawn: Cache,
    now: Option<(Stroke, Vec<Dab>)>,
    text: String,
    hand: Hand,
    lifted: Option<Shape>,
    reading: Option<task::Handle>,
    path: Option<path_entry::State>,
    scale: f32,
    serial: u64,
    pictures: Pictures,
    drawing: Option<task::Handle>,
    saving: Option<task::Handle>,
    trouble: Option<String>,
}

/// What the signature looks like in print.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// Small, beside the thickness.
    proof: Option<Handle>,
    /// The name in each hand.
    hands: Vec<Option<Handle>>,
    /// What was lifted, large.
    lifted: Option<Handle>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another way.
    Way(Way),
    /// Initials or the whole name.
    Initials(bool),
    /// The pen on the pad.
    Pen(Pen),
    /// Take away what was drawn.
    Clear,
    /// Take away the last stroke.
    Unstroke,
    /// The name changed.
    Typed(String),
    /// Another hand.
    Hand(Hand),
    /// Choose a picture.
    Browse,
    /// A picture was chosen.
    Picked(Picked),
    /// The field for its path.
    Path(path_entry::Message),
    /// The ink of the picture, or why there is none.
    Lifted(Result<Ink, SignatureError>),
    /// Another thickness.
    Thickness(f32),
    /// Pictures are ready, of this change.
    Drawn(u64, Pictures),
    /// Keep it.
    Save,
    /// It is kept, or why not.
    Saved(Result<SignatureId, SignatureError>),
    /// Not after all.
    Close,
}

/// What the screen is to do.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing more than this.
    Run(Task<Message>),
    /// Close the dialog.
    Close,
    /// Close it: this signature is new.
    Made(SignatureId),
}

impl State {
    /// A new signature beside those that there are; `scale`: the screen's pixels in a logical one.
    #[must_use]
    pub fn new(purpose: Purpose, signatures: &[Signature], scale: f32) -> Self {
        Self {
            purpose,
            names: signatures.iter().map(|signature| signature.name.clone()).collect(),
            way: Way::default(),
            initials: false,
            thickness: 0.5,
            strokes: Vec::new(),
            done: Vec::new(),
            drawn: Cache::new(),
            now: None,
            text: String::new(),
            hand: Hand::default(),
            lifted: None,
            reading: None,
            path: None,
            scale,
            serial: 0,
            pictures: Pictures::default(),
            drawing: None,
            saving: None,
            trouble: None,
        }
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message, door: &Door) -> Outcome {
        match message {
            Message::Way(way) => self.choose(way),
            Message::Initials(initials) => self.set(|state| state.initials = initials),
            Message::Pen(pen) => self.pen(pen),
            Message::Clear => self.clear(),
            Message::Unstroke => self.unstroke(),
            Message::Typed(text) => self.change(|state| state.text = text),
            Message::Hand(hand) => self.change(|state| state.hand = hand),
            Message::Browse => {
                Outcome::Run(Task::perform(dialog::open(vec![(t::signature_files(), ENDINGS)]), Message::Picked))
            }
            Message::Picked(Picked::Files(files)) => {
                files.into_iter().next().map_or_else(none, |file| self.read(file, door))
            }
            Message::Picked(Picked::Cancelled) => none(),
            Message::Picked(Picked::NoDialog) => {
                self.path = Some(path_entry::State::new(path_entry::Purpose::Open, String::new()));
                Outcome::Run(path_entry::State::focus())
            }
            Message::Path(message) => self.path_said(message, door),
            Message::Lifted(lifted) => self.lifted(lifted),
            Message::Thickness(thickness) => self.thicken(thickness),
            Message::Drawn(serial, pictures) => self.set(|state| {
                if serial == state.serial {
                    state.pictures = pictures;
                }
            }),
            Message::Save => self.save(door),
            Message::Saved(Ok(id)) => Outcome::Made(id),
            Message::Saved(Err(error)) => self.set(|state| {
                state.saving = None;
                state.trouble = Some(explain::signature::error(&error));
            }),
            Message::Close => Outcome::Close,
        }
    }

    /// What a key asks for.
    #[must_use]
    pub fn shortcut(&self, shortcut: Shortcut) -> Option<Message> {
        match shortcut {
            Shortcut::Escape if self.path.is_some() => Some(Message::Path(path_entry::Message::Close)),
            Shortcut::Escape => Some(Message::Close),
            Shortcut::Undo if self.way == Way::Draw => Some(Message::Unstroke),
            Shortcut::Open if self.way == Way::Picture => Some(Message::Browse),
            Shortcut::Send if self.path.is_none() => Some(Message::Save),
            _ => None,
        }
    }

    /// A file was dropped on the window.
    pub fn dropped(&mut self, file: PathBuf, door: &Door) -> Outcome {
        self.way = Way::Picture;
        self.read(file, door)
    }

    fn set(&mut self, set: impl FnOnce(&mut Self)) -> Outcome {
        set(self);
        none()
    }

    /// Changes what the signature looks like.
    fn change(&mut self, change: impl FnOnce(&mut Self)) -> Outcome {
        change(self);
        self.trouble = None;
        self.draw()
    }

    fn choose(&mut self, way: Way) -> Outcome {
        let drawn = self.change(|state| state.way = way);
        match (way, drawn) {
            (Way::Type, Outcome::Run(task)) => Outcome::Run(Task::batch([task, iced::widget::operation::focus(NAME)])),
            (_, outcome) => outcome,
        }
    }

    fn pen(&mut self, pen: Pen) -> Outcome {
        match pen {
            Pen::Down(point) => self.set(|state| state.now = Some((Stroke(vec![point]), Vec::new()))),
            Pen::Move(point) => self.set(|state| state.extend(point)),
            Pen::Up => match self.now.take() {
                None => none(),
                Some((stroke, _)) => self.change(|state| {
                    state.done.extend(dabs(std::slice::from_ref(&stroke), f64::from(state.thickness)));
                    state.strokes.push(stroke);
                    state.drawn.clear();
                }),
            },
        }
    }

    fn extend(&mut self, point: PenPoint) {
        if let Some((stroke, shown)) = &mut self.now {
            stroke.0.push(point);
            *shown = dabs(std::slice::from_ref(stroke), f64::from(self.thickness)).pop().unwrap_or_default();
        }
    }

    fn clear(&mut self) -> Outcome {
        self.change(|state| {
            state.strokes.clear();
            state.done.clear();
            state.drawn.clear();
        })
    }

    fn unstroke(&mut self) -> Outcome {
        self.change(|state| {
            state.strokes.pop();
            state.done.pop();
            state.drawn.clear();
        })
    }

    fn thicken(&mut self, thickness: f32) -> Outcome {
        self.change(|state| {
            state.thickness = thickness.clamp(0.0, 1.0);
            state.done = dabs(&state.strokes, f64::from(state.thickness));
            state.drawn.clear();
        })
    }

    fn path_said(&mut self, message: path_entry::Message, door: &Door) -> Outcome {
        let Some(entry) = &mut self.path else { return none() };
        match entry.update(message) {
            path_entry::Outcome::Open => none(),
            path_entry::Outcome::Close => self.set(|state| state.path = None),
            path_entry::Outcome::Path(path) => {
                self.path = None;
                self.read(path, door)
            }
        }
    }

    fn read(&mut self, file: PathBuf, door: &Door) -> Outcome {
        self.trouble = None;
        self.lifted = None;
        let lift = |engine: faxseal::engine::Engine| async move { engine.lift_signature(Source::Path(file)).await };
        let (task, handle) = door.ask(lift, Message::Lifted).abortable();
        self.reading = Some(handle.abort_on_drop());
        Outcome::Run(task)
    }

    fn lifted(&mut self, lifted: Result<Ink, SignatureError>) -> Outcome {
        self.reading = None;
        match lifted {
            Ok(ink) => self.change(|state| state.lifted = Some(ink.shape)),
            Err(error) => {
                let outcome = self.change(|state| state.lifted = None);
                self.trouble = Some(explain::signature::error(&error));
                outcome
            }
        }
    }

    /// What would be kept, if there is anything.
    fn ink(&self) -> Option<Ink> {
        let shape = match self.way {
            Way::Draw => (!self.strokes.is_empty()).then(|| Shape::Drawn(self.strokes.clone())),
            Way::Type => {
                let text = self.text.trim();
                (!text.is_empty()).then(|| Shape::Typed { text: text.to_owned(), hand: self.hand })
            }
            Way::Picture => self.lifted.clone(),
        };
        shape.map(|shape| Ink { thickness: f64::from(self.thickness), shape })
    }

    /// What it is called: the name that is written, or a word and, from the second on, a number.
    fn name(&self) -> String {
        let typed = self.text.trim();
        let word = match self.way {
            Way::Type if !typed.is_empty() => typed.to_owned(),
            _ if self.initials => t::signature_called_initials(),
            _ => t::signature_called(),
        };
        let free = |name: &String| !self.names.contains(name);
        let numbered = (2..).map(|number| format!("{word} {number}"));
        std::iter::once(word.clone()).chain(numbered).find(free).unwrap_or_default()
    }

    fn save(&mut self, door: &Door) -> Outcome {
        let Some(ink) = self.ink().filter(|_| self.saving.is_none()) else { return none() };
        let (name, initials) = (self.name(), self.initials);
        let save = |engine: faxseal::engine::Engine| async move { engine.add_signature(name, initials, ink).await };
        let (task, handle) = door.ask(save, Message::Saved).abortable();
        self.saving = Some(handle);
        Outcome::Run(task)
    }

    /// Has the pictures made, away from the window's own thread; the old ones stay until then.
    fn draw(&mut self) -> Outcome {
        self.serial += 1;
        let work = self.pictures_of();
        let serial = self.serial;
        let made = async move { tokio::task::spawn_blocking(work).await.unwrap_or_default() };
        let (task, handle) = Task::perform(made, move |pictures| Message::Drawn(serial, pictures)).abortable();
        self.drawing = Some(handle.abort_on_drop());
        Outcome::Run(task)
    }

    fn pictures_of(&self) -> impl FnOnce() -> Pictures + Send + 'static {
        let (ink, way, scale) = (self.ink(), self.way, self.scale);
        let (text, thickness) = (self.text.trim().to_owned(), f64::from(self.thickness));
        move || {
            let draw = |ink: &Ink, room| Some(page_image::thumbnail(&proof(ink, Resolution::Fine)?, room, scale));
            let sample = |hand| {
                let text = if text.is_empty() { t::signature_sample() } else { text.clone() };
                draw(&Ink { thickness, shape: Shape::Typed { text, hand } }, SAMPLE)
            };
            Pictures {
                proof: ink.as_ref().and_then(|ink| draw(ink, PROOF)),
                hands: if way == Way::Type { Hand::ALL.map(sample).into() } else { Vec::new() },
                lifted: ink.as_ref().filter(|_| way == Way::Picture).and_then(|ink| draw(ink, LIFTED)),
            }
        }
    }
}

fn none() -> Outcome {
    Outcome::Run(Task::none())
}

impl State {
    /// The dialog.
    pub fn view(&self) -> Element<'_, Message> {
        if let Some(path) = &self.path {
            return path.view().map(Message::Path);
        }
        let close = press(Kind::Quiet, icon::icon(Icon::X, 18)).padding(8).on_press(Message::Close);
        let head = row![label::title(t::signature_title()).width(Fill), tip(close, t::close(), Position::Top)];
        let ways = segmented([
            (t::signature_draw(), self.way == Way::Draw, Message::Way(Way::Draw)),
            (t::signature_type(), self.way == Way::Type, Message::Way(Way::Type)),
            (t::signature_picture(), self.way == Way::Picture, Message::Way(Way::Picture)),
        ]);
        let kinds = segmented([
            (t::signature_whole(), !self.initials, Message::Initials(false)),
            (t::signature_initials_word(), self.initials, Message::Initials(true)),
        ]);
        let body = match self.way {
            Way::Draw => self.draw_part(),
            Way::Type => self.type_part(),
            Way::Picture => self.picture_part(),
        };
        let trouble = self.trouble.as_ref().map(|trouble| label::body(trouble.as_str()).style(theme::toned(Tone::Bad)));
        let saves = match self.purpose {
            Purpose::Place => t::signature_save_place(),
            Purpose::Keep => t::signature_save(),
        };
        let can = self.ink().is_some() && self.saving.is_none();
        let save = press(Kind::Primary, label::strong(saves))
            .id("signature-save")
            .padding([10, 14])
            .on_press_maybe(can.then_some(Message::Save));
        let cancel = press(Kind::Secondary, label::strong(t::cancel())).padding([10, 14]).on_press(Message::Close);
        let kept = row![icon::toned(Icon::Lock, 14, Tone::Muted), label::small(t::signature_kept_here())];
        let foot = row![kept.spacing(8).align_y(Center).width(Fill), cancel, save].spacing(8).align_y(Center);
        Column::new()
            .push(head.align_y(Center))
            .push(row![ways, space().width(Fill), kinds].align_y(Center))
            .push(container(body).height(PAD + 2.0).width(Fill).padding(1).style(theme::paper))
            .push(self.thickness_row())
            .push(trouble)
            .push(foot)
            .spacing(14)
            .width(WIDTH)
            .into()
    }

    fn draw_part(&self) -> Element<'_, Message> {
        let now = self.now.as_ref().map_or(&[][..], |(_, dabs)| dabs);
        let sheet = pad(&self.done, &self.drawn, now, PAD, Message::Pen);
        let any = !self.strokes.is_empty();
        let words = row![icon::icon(Icon::Eraser, 16), label::strong(t::signature_clear())].spacing(8).align_y(Center);
        let clear = press(Kind::OnPaper, words).padding([6, 10]).on_press_maybe(any.then_some(Message::Clear));
        let clear = container(clear).align_right(Fill).padding([8, 8]);
        let below = label::small(t::signature_above()).style(theme::on_paper);
        let below = container(below).padding(Padding { top: PAD * 0.79, left: 44.0, ..Padding::ZERO });
        stack![sheet, below, clear].height(PAD).into()
    }

    fn type_part(&self) -> Element<'_, Message> {
        let field = text_input(&t::signature_name_placeholder(), &self.text)
            .id(NAME)
            .on_input(Message::Typed)
            .on_submit(Message::Save)
            .size(14)
            .padding([9, 10])
            .style(theme::input);
        let hands = Hand::ALL.into_iter().enumerate().map(|(at, hand)| {
            let sample = self.pictures.hands.get(at).and_then(Option::as_ref);
            let sample = print(sample, SAMPLE);
            let chosen = hand == self.hand;
            let card = container(center(sample).width(SAMPLE.0 + 12.0).height(SAMPLE.1 + 24.0));
            let card = card.style(theme::thumbnail(chosen));
            press(Kind::Bare, card).on_press(Message::Hand(hand)).into()
        });
        let hands = Row::with_children(hands).spacing(12);
        center(column![field, hands].spacing(20)).padding([16, 20]).height(PAD).into()
    }

    fn picture_part(&self) -> Element<'_, Message> {
        let browse = |words: String| {
            press(Kind::Secondary, label::strong(words))
                .id("signature-browse")
                .padding([8, 14])
                .on_press(Message::Browse)
        };
        let advice = |words: String| label::small(words).style(theme::on_paper).align_x(Center);
        let content: Element<'_, Message> = if self.reading.is_some() {
            advice(t::signature_reading()).into()
        } else if self.lifted.is_some() {
            let picture = print(self.pictures.lifted.as_ref(), LIFTED);
            column![picture, browse(t::signature_other_picture())].spacing(12).align_x(Center).into()
        } else {
            let first = icon::icon(Icon::Image, 24).style(theme::on_paper);
            let words = advice(t::signature_picture_advice());
            column![first, words, browse(t::signature_choose())].spacing(12).align_x(Center).into()
        };
        center(content).padding([12, 20]).height(PAD).into()
    }

    fn thickness_row(&self) -> Element<'_, Message> {
        let step = |which, by: f32, words: String| {
            let to = (self.thickness + by).clamp(0.0, 1.0);
            let message = ((to - self.thickness).abs() > 0.001).then_some(Message::Thickness(to));
            tip(press(Kind::Quiet, icon::icon(which, 16)).padding(6).on_press_maybe(message), words, Position::Top)
        };
        let rail = slider(0.0..=1.0, self.thickness, Message::Thickness).step(0.05).width(146).style(theme::rail);
        let proof = container(print(self.pictures.proof.as_ref(), PROOF)).center(Fill);
        let proof = container(proof).width(PROOF.0 + 10.0).height(PROOF.1 + 8.0).style(theme::sheet);
        row![
            step(Icon::Minus, -STEP, t::signature_thinner()),
            rail,
            step(Icon::Plus, STEP, t::signature_thicker()),
            label::small(t::signature_thickness()).width(Fill),
            tip(proof, t::signature_proof_tip(), Position::Top),
        ]
        .spacing(8)
        .align_y(Center)
        .into()
    }
}

/// A picture in the print's dots, as large as its room lets it be.
fn print<'a, M: 'a>(picture: Option<&Handle>, room: (f32, f32)) -> Element<'a, M> {
    match picture {
        Some(picture) => image(picture.clone()).content_fit(ContentFit::Contain).width(room.0).height(room.1).into(),
        None => space().width(room.0).height(room.1).into(),
    }
}

#[cfg(test)]
#[cfg(feature = "gui-test")]
impl State {
    /// With its pictures made at once.
    pub fn drawn_now(mut self) -> Self {
        self.pictures = self.pictures_of()();
        self
    }
}
