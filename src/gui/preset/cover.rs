//! New faxes with a cover page.

use std::sync::Arc;

use faxseal::engine::{BrokenCover, CoverFault, CoverTemplate, Covers};
use faxseal::fax::cover::{BadTemplate, Template, TemplateFault};
use faxseal::fax::draft::Cover;
use iced::widget::text_editor::{Action, Edit};

use super::App;
use crate::gui::app::Message;
use crate::gui::screen::compose::{self, CoverSaid};

/// What is written on it.
pub const MESSAGE: &str = "Dear Dr. Hale,\n\nas discussed this morning, here are the referral, the signed consent and \
    the report. Please call us if a page is hard to read.\n\nKind regards\nA. Okafor";

/// The program's templates.
pub fn covers() -> Covers {
    let template = |name: &str| CoverTemplate {
        name: name.to_owned(),
        template: Arc::new(Template::built_in(name).unwrap()),
        own: false,
    };
    Covers {
        templates: Template::names().map(template).collect(),
        broken: Vec::new(),
        logo: None,
        folder: "/home/office/.config/faxseal/covers".into(),
        last: Cover::default(),
    }
}

/// Says something of the cover page, and draws what comes of it.
pub fn say(app: &mut App, said: CoverSaid) {
    let _ = app.update(Message::Compose(compose::Message::Cover(said)));
}

/// Types in the message.
pub fn write(app: &mut App, words: &str) {
    say(app, CoverSaid::Text(Action::Edit(Edit::Paste(Arc::new(words.to_owned())))));
}

/// A new fax to two recipients that has documents, and knows the templates.
pub fn ready() -> App {
    let mut app = super::compose();
    say(&mut app, CoverSaid::Known(Ok(Arc::new(covers()))));
    app
}

/// The same with a cover page.
pub fn cover() -> App {
    let mut app = ready();
    say(&mut app, CoverSaid::On(true));
    write(&mut app, MESSAGE);
    let notice = "This fax is confidential. If it is not meant for you, please call us and destroy it.";
    say(&mut app, CoverSaid::Notice(notice.to_owned()));
    app.covered()
}

/// A message that one page does not hold, and a template of one's own that is broken.
pub fn spilling() -> App {
    let mut app = cover();
    let why = CoverFault::Line(BadTemplate { line: 3, why: TemplateFault::Kind("mesage".to_owned()) });
    let path = "/home/office/.config/faxseal/covers/clinic.cover".into();
    say(&mut app, CoverSaid::Known(Ok(Arc::new(Covers { broken: vec![BrokenCover { path, why }], ..covers() }))));
    write(&mut app, &"\nAnother line of a long message.".repeat(60));
    app.covered()
}
