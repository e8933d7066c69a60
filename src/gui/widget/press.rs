//! A button that keys reach: Tab goes to it, Enter and Space press it, and its focus shows.

use iced::advanced::layout::{self, Layout};
use iced::advanced::renderer::{self, Renderer as _};
use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Id, Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, overlay};
use iced::border::{self, Border};
use iced::keyboard::{self, key};
use iced::{
    Background, Color, Element, Event, Length, Padding, Rectangle, Renderer, Shadow, Size, Theme, Vector, mouse, touch,
};

use crate::gui::theme::{self, Tone};

/// What a button looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The act that the screen is for.
    Primary,
    /// Any other act.
    Secondary,
    /// An act that stays in the background: no border.
    Quiet,
    /// A quiet act that takes something away.
    Destructive,
    /// A word in a text that can be pressed.
    Link,
    /// An entry of the navigation.
    Entry {
        /// Its screen is shown.
        chosen: bool,
    },
    /// A row of a list.
    Row {
        /// It is the one shown.
        chosen: bool,
    },
    /// A part of a segmented control.
    Segment {
        /// It is the one in force.
        chosen: bool,
    },
    /// A card that opens something.
    Card {
        /// The border carries a meaning.
        tone: Option<Tone>,
    },
    /// Only what is in it: no colour of its own.
    Bare,
    /// A quiet act on paper, which is white in both themes.
    OnPaper,
}

/// A button around any content.
pub struct Press<'a, Message> {
    content: Element<'a, Message>,
    id: Option<Id>,
    on_press: Option<Message>,
    kind: Kind,
    width: Length,
    height: Length,
    padding: Padding,
    tab_stop: bool,
}

/// A button around any content; without [`Press::on_press`] it is disabled.
pub fn press<'a, Message>(kind: Kind, content: impl Into<Element<'a, Message>>) -> Press<'a, Message> {
    let content = content.into();
    let size = content.as_widget().size_hint();
    Press {
        content,
        id: None,
        on_press: None,
        kind,
        width: size.width.fluid(),
        height: size.height.fluid(),
        padding: Padding::ZERO,
        tab_stop: true,
    }
}

impl<Message> Press<'_, Message> {
    /// The name that operations find it by.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// What is said when it is pressed.
    pub fn on_press(mut self, message: Message) -> Self {
        self.on_press = Some(message);
        self
    }

    /// What is said when it is pressed, or nothing: then it is disabled.
    pub fn on_press_maybe(mut self, message: Option<Message>) -> Self {
        self.on_press = message;
        self
    }

    /// Its width.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    /// Its height.
    pub fn height(mut self, height: impl Into<Length>) -> Self {
        self.height = height.into();
        self
    }

    /// Room around the content.
    pub fn padding(mut self, padding: impl Into<Padding>) -> Self {
        self.padding = padding.into();
        self
    }

    /// Leaves it out of the Tab order: other keys reach it, such as the arrows in a list.
    pub const fn no_tab_stop(mut self) -> Self {
        self.tab_stop = false;
        self
    }
}

#[derive(Debug, Default)]
struct State {
    focus: Option<Focus>,
    pressed: bool,
    hovered: bool,
}

/// Focus by a click is not drawn, focus by keys is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    Silent,
    Shown,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focus.is_some()
    }

    fn focus(&mut self) {
        self.focus = Some(Focus::Shown);
    }

    fn unfocus(&mut self) {
        self.focus = None;
    }
}

struct Look {
    background: Option<Color>,
    border: Border,
    ink: Color,
}

fn look(kind: Kind, theme: &Theme, enabled: bool, hovered: bool, pressed: bool) -> Look {
    let tokens = theme::tokens(theme);
    let lively = enabled && (hovered || pressed);
    let control = border::rounded(theme::RADIUS);
    let shade = |colour: Color| mix(colour, tokens.ink, if pressed { 0.14 } else { 0.08 });
    let ink = if enabled { tokens.ink } else { tokens.muted };
    let quiet = |ink: Color| Look {
        background: lively.then(|| shade(tokens.background)),
        border: control,
        ink: if enabled { ink } else { tokens.muted },
    };
    match kind {
        Kind::Primary if enabled => Look {
            background: Some(if lively { shade(tokens.accent) } else { tokens.accent }),
            border: control,
            ink: tokens.on_accent,
        },
        Kind::Primary => {
            Look { background: Some(tokens.background), border: control.width(1).color(tokens.line), ink: tokens.muted }
        }
        Kind::Secondary => Look {
            background: Some(if lively { shade(tokens.surface) } else { tokens.surface }),
            border: control.width(1).color(tokens.line),
            ink,
        },
        Kind::Quiet => quiet(tokens.ink),
        Kind::Destructive => quiet(tokens.bad),
        Kind::Link => Look {
            background: None,
            border: border::rounded(4),
            ink: match (enabled, lively) {
                (false, _) => tokens.muted,
                (true, true) => shade(tokens.accent),
                (true, false) => tokens.accent,
            },
        },
        Kind::Entry { chosen: true } => {
            Look { background: Some(tokens.accent_soft), border: control, ink: tokens.accent }
        }
        Kind::Entry { chosen: false } => quiet(tokens.muted),
        Kind::Row { chosen } => Look {
            background: match (chosen, lively) {
                (true, _) => Some(tokens.accent_soft),
                (false, true) => Some(mix(tokens.background, tokens.ink, 0.04)),
                (false, false) => None,
            },
            border: border::rounded(0),
            ink: tokens.ink,
        },
        Kind::Segment { chosen } => Look {
            background: match (chosen, lively) {
                (true, _) => Some(tokens.accent_soft),
                (false, true) => Some(shade(tokens.surface)),
                (false, false) => Some(tokens.surface),
            },
            border: border::rounded(theme::RADIUS - 1.0),
            ink: if chosen { tokens.accent } else { tokens.muted },
        },
        Kind::Card { tone } => Look {
            background: Some(if lively { mix(tokens.surface, tokens.ink, 0.04) } else { tokens.surface }),
            border: border::rounded(theme::CARD_RADIUS)
                .width(1)
                .color(tone.map_or(tokens.line, |tone| tone.colour(theme))),
            ink: tokens.ink,
        },
        Kind::Bare => Look { background: None, border: border::rounded(6), ink },
        Kind::OnPaper => {
            let paper = &theme::LIGHT;
            let background = lively.then(|| mix(Color::WHITE, paper.ink, if pressed { 0.14 } else { 0.08 }));
            Look { background, border: control, ink: if enabled { paper.muted } else { paper.line } }
        }
    }
}

fn mix(colour: Color, with: Color, part: f32) -> Color {
    let between = |a: f32, b: f32| a + (b - a) * part;
    Color { r: between(colour.r, with.r), g: between(colour.g, with.g), b: between(colour.b, with.b), a: colour.a }
}

impl<Message: Clone> Widget<Message, Theme, Renderer> for Press<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn size(&self) -> Size<Length> {
        Size { width: self.width, height: self.height }
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        let content = &mut self.content;
        let Some(child) = tree.children.first_mut() else { return layout::Node::default() };
        // Centred where the button is larger than what it says.
        let (width, height) = (self.width, self.height);
        let limits = limits.width(width).height(height);
        let inner = content.as_widget_mut().layout(child, renderer, &limits.shrink(self.padding).loose());
        let size = limits.shrink(self.padding).resolve(width, height, inner.size()).expand(self.padding);
        let size = limits.resolve(width, height, size);
        let free = Size::new(size.width - self.padding.x(), size.height - self.padding.y());
        let inner = inner.move_to((self.padding.left, self.padding.top)).align(
            iced::Alignment::Center,
            iced::Alignment::Center,
            free,
        );
        layout::Node::with_children(size, vec![inner])
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        operation.container(self.id.as_ref(), layout.bounds());
        if self.tab_stop && self.on_press.is_some() {
            operation.focusable(self.id.as_ref(), layout.bounds(), tree.state.downcast_mut::<State>());
        }
        let Some((child, inner)) = tree.children.first_mut().zip(layout.children().next()) else { return };
        operation.traverse(&mut |operation| {
            self.content.as_widget_mut().operate(child, inner, renderer, operation);
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        if let Some((child, inner)) = tree.children.first_mut().zip(layout.children().next()) {
            self.content.as_widget_mut().update(child, event, inner, cursor, renderer, clipboard, shell, viewport);
        }
        let state = tree.state.downcast_mut::<State>();
        let over = cursor.is_over(layout.bounds());
        if over != state.hovered {
            state.hovered = over;
            shell.request_redraw();
        }
        if self.on_press.is_none() {
            state.focus = None;
            state.pressed = false;
        }
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(_)) | Event::Touch(touch::Event::FingerPressed { .. })
                if !over && state.focus.take().is_some() =>
            {
                shell.request_redraw();
            }
            _ => {}
        }
        if shell.is_event_captured() {
            return;
        }
        let Some(message) = &self.on_press else { return };
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. })
                if over =>
            {
                state.pressed = true;
                state.focus = self.tab_stop.then_some(Focus::Silent);
                shell.request_redraw();
                shell.capture_event();
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerLifted { .. })
                if state.pressed =>
            {
                state.pressed = false;
                shell.request_redraw();
                if over {
                    shell.publish(message.clone());
                }
                shell.capture_event();
            }
            Event::Touch(touch::Event::FingerLost { .. }) => state.pressed = false,
            Event::Keyboard(keyboard::Event::KeyPressed {
                key: keyboard::Key::Named(key::Named::Enter | key::Named::Space),
                modifiers,
                repeat: false,
                ..
            }) if state.focus.is_some() && modifiers.is_empty() => {
                shell.publish(message.clone());
                shell.capture_event();
            }
            _ => {}
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        let look = look(self.kind, theme, self.on_press.is_some(), cursor.is_over(bounds), state.pressed);
        if look.background.is_some() || look.border.width > 0.0 {
            quad(renderer, bounds, look.border, look.background.unwrap_or(Color::TRANSPARENT));
        }
        if let Some((child, inner)) = tree.children.first().zip(layout.children().next()) {
            let style = renderer::Style { text_color: look.ink };
            self.content.as_widget().draw(child, renderer, theme, &style, inner, cursor, viewport);
        }
        if state.focus == Some(Focus::Shown) {
            let tokens = theme::tokens(theme);
            // Inside, so that no neighbour or edge of a list hides it; two colours show on every background.
            let radius = look.border.radius;
            let ring = Border { color: tokens.background, width: 3.0, radius };
            quad(renderer, bounds, ring, Color::TRANSPARENT);
            let ring = Border { color: tokens.ink, width: 2.0, radius };
            quad(renderer, bounds, ring, Color::TRANSPARENT);
        }
    }

    fn mouse_interaction(
        &self,
        _tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _viewport: &Rectangle,
        _renderer: &Renderer,
    ) -> mouse::Interaction {
        if self.on_press.is_some() && cursor.is_over(layout.bounds()) {
            mouse::Interaction::Pointer
        } else {
            mouse::Interaction::default()
        }
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        let (child, inner) = tree.children.first_mut().zip(layout.children().next())?;
        self.content.as_widget_mut().overlay(child, inner, renderer, viewport, translation)
    }
}

fn quad(renderer: &mut Renderer, bounds: Rectangle, border: Border, colour: Color) {
    let quad = renderer::Quad { bounds, border, shadow: Shadow::default(), ..renderer::Quad::default() };
    renderer.fill_quad(quad, Background::Color(colour));
}

impl<'a, Message: Clone + 'a> From<Press<'a, Message>> for Element<'a, Message> {
    fn from(press: Press<'a, Message>) -> Self {
        Self::new(press)
    }
}
