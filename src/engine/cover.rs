//! Cover pages: the templates that there are, the logo, and the pages that become of them.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rooms::{Rooms, home_country};
use super::worker::Supply;
use super::{DocumentError, EngineError, FaxPage, Kind, Source};
use crate::document::Limits;
use crate::fax::cover::{BadTemplate, Facts, Letter, Template};
use crate::fax::draft::{Cover, Setting};
use crate::fax::gateway::Gateway;
use crate::fax::page::{Layout, Page, Paper, PaperChoice, Resolution, Tone, X_DPI};
use crate::fax::recipient::Recipient;
use crate::place::{self, PlaceError};
use crate::raster::bilevel::bilevel;
use crate::raster::scale::resize;
use crate::raster::{Grey, cover};
use crate::settings::Settings;

/// The most bytes of a template.
const MOST_BYTES: u64 = 64 << 10;
/// The most bytes of a logo.
const MOST_LOGO_BYTES: u64 = 8 << 20;
/// The logo's file has this name, and one of these endings.
const LOGO: &str = "logo";
const LOGO_ENDINGS: [&str; 9] = ["png", "jpg", "jpeg", "tif", "tiff", "pdf", "bmp", "gif", "webp"];

/// Everything that a cover page can be made from.
#[derive(Clone, Debug)]
pub struct Covers {
    /// The program's templates, then the user's own; an own one stands in for one of the program's of its name.
    pub templates: Vec<CoverTemplate>,
    /// Templates that cannot be used, and why; the others can.
    pub broken: Vec<BrokenCover>,
    /// The logo, or why its file cannot be used.
    pub logo: Option<Result<Arc<Grey>, DocumentError>>,
    /// Where the user's own are.
    pub folder: PathBuf,
    /// What was on the cover page of the last fax that had one: its template and its notice.
    pub last: Cover,
}

/// A template as it is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverTemplate {
    /// By this it is asked for: the name of its file.
    pub name: String,
    /// The template.
    pub template: Arc<Template>,
    /// It is one of the user's own.
    pub own: bool,
}

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenCover {
    /// Its file.
    pub path: PathBuf,
    /// Why.
    pub why: CoverFault,
}

/// Why a template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoverFault {
    /// A line of it.
    Line(BadTemplate),
    /// The file cannot be read as text; the system's words.
    Unreadable(String),
}

impl Covers {
    /// The template of this name; without one, the usual one.
    #[must_use]
    pub fn template(&self, name: Option<&str>) -> Option<&CoverTemplate> {
        match name {
            Some(name) => self.templates.iter().find(|template| template.name == name),
            None => self.templates.first(),
        }
    }

    /// What a fax's cover page is made from; a template that is gone is the usual one.
    #[must_use]
    pub fn page(&self, cover: &Cover, date: String) -> Option<CoverPage> {
        let template = self.template(cover.template.as_deref()).or_else(|| self.template(None))?;
        let logo = self.logo.as_ref().and_then(|logo| logo.as_ref().ok());
        Some(CoverPage { template: Arc::clone(&template.template), logo: logo.cloned(), cover: cover.clone(), date })
    }
}

/// What the cover pages of a fax are made from: each recipient gets one that names him.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverPage {
    /// The template.
    pub template: Arc<Template>,
    /// The logo.
    pub logo: Option<Arc<Grey>>,
    /// What the user wrote.
    pub cover: Cover,
    /// The day, as it is written.
    pub date: String,
}

impl CoverPage {
    /// The pages of the cover for one recipient, before `behind` other pages. Takes its time: not for the window's own
    /// thread.
    #[must_use]
    pub fn pages(
        &self,
        gateway: &Gateway,
        recipient: Option<&Recipient>,
        subject: &str,
        behind: usize,
        resolution: Resolution,
    ) -> Vec<Page> {
        let paper = Paper::usual_in(home_country(Some(gateway)).as_deref());
        let draw = |own: usize| {
            let letter = Letter { subject, date: &self.date, pages: behind + own };
            let facts = Facts::of(&self.cover, recipient, &gateway.sender, &letter);
            pages(&self.template, &facts, self.logo.as_deref(), paper, resolution)
        };
        let first = draw(1);
        // The cover tells how many pages there are, itself among them.
        if first.len() == 1 { first } else { draw(first.len()) }
    }
}

/// The pages of a cover: one, and more where its message is longer than that.
#[must_use]
pub fn draw_cover(template: &Template, facts: &Facts, layout: &Layout) -> Vec<Arc<FaxPage>> {
    let paper = match layout.paper {
        PaperChoice::Auto => Paper::A4,
        PaperChoice::Fixed(paper) => paper,
    };
    let pages = pages(template, facts, None, paper, layout.resolution);
    pages.into_iter().map(|page| Arc::new(FaxPage::new(page))).collect()
}

fn pages(template: &Template, facts: &Facts, logo: Option<&Grey>, paper: Paper, resolution: Resolution) -> Vec<Page> {
    // Words alone are sharp; a logo may have shades, which become dots where they are.
    let tone = if logo.is_some() { Tone::Auto } else { Tone::Text };
    let sheets = cover::draw(template, facts, logo, paper, resolution);
    sheets.into_iter().map(|grey| Page::new(bilevel(&grey, tone, resolution.y_dpi()), resolution)).collect()
}

/// Reads the user's own, and adds the program's.
pub(super) async fn load(rooms: &Arc<Rooms>) -> Result<Covers, EngineError> {
    let mut covers = rooms
        .work(|rooms| {
            let last = Settings::load(&rooms.place)?.cover;
            let folder = rooms.place.covers();
            let (mut own, mut broken) = (Vec::new(), Vec::new());
            for path in files(&folder).map_err(|error| PlaceError::new(&folder, &error))? {
                match read(&path) {
                    Ok(template) => own.push(template),
                    Err(why) => broken.push(BrokenCover { path, why }),
                }
            }
            let built_in = |name: &'static str| {
                let template = Arc::new(Template::built_in(name)?);
                Some(CoverTemplate { name: name.to_owned(), template, own: false })
            };
            let mut templates: Vec<CoverTemplate> = Template::names().filter_map(built_in).collect();
            for template in own {
                match templates.iter_mut().find(|other| other.name == template.name) {
                    Some(other) => *other = template,
                    None => templates.push(template),
                }
            }
            Ok::<_, EngineError>(Covers { templates, broken, logo: None, folder, last })
        })
        .await?;
    if let Some(path) = logo_file(&covers.folder) {
        covers.logo = Some(logo(rooms, Source::Path(path)).await.map(|(_, _, logo)| Arc::new(logo)));
    }
    Ok(covers)
}

/// The files `*.cover` by name; none where there is no folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "cover") && path.is_file());
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<CoverTemplate, CoverFault> {
    let unreadable = |why: &str| CoverFault::Unreadable(why.to_owned());
    let name = path.file_stem().and_then(|name| name.to_str()).ok_or_else(|| unreadable("its name is not text"))?;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&error.to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable("it is too large"));
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not text"))?;
    let mut template: Template = text.parse().map_err(CoverFault::Line)?;
    if template.name.is_empty() {
        name.clone_into(&mut template.name);
    }
    Ok(CoverTemplate { name: name.to_owned(), template: Arc::new(template), own: true })
}

fn logo_file(folder: &Path) -> Option<PathBuf> {
    LOGO_ENDINGS.iter().map(|ending| folder.join(LOGO).with_extension(ending)).find(|path| path.is_file())
}

/// Reads a picture as a logo: its kind, its bytes, and its grey without the white around it, of square samples.
async fn logo(rooms: &Arc<Rooms>, source: Source) -> Result<(Kind, Arc<[u8]>, Grey), DocumentError> {
    let (_, bytes) = source.take(MOST_LOGO_BYTES.min(Limits::default().bytes)).await?;
    let given = Arc::clone(&bytes);
    let supply: Supply = Arc::new(move || {
        let given = Arc::clone(&given);
        Box::pin(async move { Ok(given) })
    });
    let open = rooms.reader.worker().open(supply, None, 1).await?;
    if open.kind() == Kind::Text {
        return Err(DocumentError::UnknownKind);
    }
    let resolution = Resolution::Fine;
    let setting = Setting::from(Layout { resolution, ..Layout::default() });
    let sheet = open.grey(0, setting).await?;
    let trimmed = trimmed(&sheet).ok_or(DocumentError::Empty)?;
    let height = f64::from(trimmed.height) * f64::from(X_DPI) / f64::from(resolution.y_dpi());
    let logo = resize(&trimmed, trimmed.width, (height.round() as u32).max(1));
    Ok((open.kind(), bytes, logo))
}

/// Without the white around it; none where there is nothing else.
fn trimmed(grey: &Grey) -> Option<Grey> {
    /// Paler than this is paper.
    const PAPER: u8 = 245;
    let inked = |samples: &[u8]| samples.iter().any(|sample| *sample < PAPER);
    let top = grey.rows().position(inked)?;
    let bottom = grey.rows().rposition(inked)?;
    let rows = || grey.rows().skip(top).take(bottom - top + 1);
    let left = rows().filter_map(|row| row.iter().position(|sample| *sample < PAPER)).min()?;
    let right = rows().filter_map(|row| row.iter().rposition(|sample| *sample < PAPER)).max()?;
    let samples = rows().flat_map(|row| row.get(left..=right).unwrap_or_default()).copied().collect();
    let (width, height) = (u32::try_from(right - left + 1).ok()?, u32::try_from(bottom - top + 1).ok()?);
    Some(Grey { width, height, samples })
}

/// Takes a picture for the logo, in the place of one before.
pub(super) async fn set_logo(rooms: &Arc<Rooms>, source: Source) -> Result<(), EngineError> {
    let (kind, bytes, _) = logo(rooms, source).await?;
    let ending = match kind {
        Kind::Pdf => "pdf",
        Kind::Jpeg => "jpg",
        Kind::Tiff => "tif",
        Kind::Png => "png",
        Kind::Bmp => "bmp",
        Kind::Gif => "gif",
        Kind::Webp => "webp",
        Kind::Text => return Err(DocumentError::UnknownKind.into()),
    };
    rooms
        .work(move |rooms| {
            let folder = rooms.place.covers();
            fs::create_dir_all(&folder).map_err(|error| PlaceError::new(&folder, &error))?;
            let path = folder.join(LOGO).with_extension(ending);
            place::replace(&path, &bytes)?;
            forget_logos(&folder, Some(&path))?;
            Ok(())
        })
        .await
}

/// No logo any more.
pub(super) async fn remove_logo(rooms: &Arc<Rooms>) -> Result<(), EngineError> {
    rooms.work(|rooms| Ok(forget_logos(&rooms.place.covers(), None)?)).await
}

fn forget_logos(folder: &Path, but: Option<&Path>) -> Result<(), PlaceError> {
    for ending in LOGO_ENDINGS {
        let path = folder.join(LOGO).with_extension(ending);
        if but != Some(path.as_path()) && path.is_file() {
            fs::remove_file(&path).map_err(|error| PlaceError::new(&path, &error))?;
        }
    }
    Ok(())
}

/// Keeps what the next cover page is to begin with.
pub(super) fn remember(rooms: &Rooms, cover: &Cover) {
    let last =
        Cover { on: true, template: cover.template.clone(), message: String::new(), notice: cover.notice.clone() };
    let kept = Settings::update(&rooms.place, |settings| settings.cover = last);
    if let Err(error) = kept {
        log::warn!("what is on the cover page is not kept for the next: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_white_around_a_logo_goes() {
        let mut sheet = Grey::white(10, 8);
        sheet.lay(&Grey { width: 3, height: 2, samples: vec![0, 255, 100, 255, 255, 0] }, 4, 5);
        let logo = trimmed(&sheet).unwrap();
        assert_eq!((logo.width, logo.height, logo.samples), (3, 2, vec![0, 255, 100, 255, 255, 0]));
        assert_eq!(trimmed(&Grey::white(5, 5)), None);
    }

    #[test]
    fn an_own_template_stands_in_for_one_of_the_programs_and_a_broken_one_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("clinic.cover", "title: FAX\nmessage:\n");
        write("odd.cover", "title: FAX\nmesage:\n");
        write("notes.txt", "nothing");
        let found = files(folder.path()).unwrap();
        assert_eq!(found.len(), 2);
        let read: Vec<_> = found.iter().map(|path| super::read(path)).collect();
        let clinic = read[0].as_ref().unwrap();
        assert_eq!((clinic.name.as_str(), clinic.template.name.as_str()), ("clinic", "clinic"));
        assert!(matches!(&read[1], Err(CoverFault::Line(BadTemplate { line: 2, .. }))));
        assert!(files(&folder.path().join("none")).unwrap().is_empty());
    }
}
