//! The child's side.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Condvar, Mutex, PoisonError};

use super::{Answer, MOST_JOBS, MOST_JSON, Order, Request, Wanted, confine, postscript};
use crate::document::{Document, DocumentError, Limits, Rendered, Renderer, Sheet};
use crate::fax::page::PaperChoice;
use crate::fax::signature::Field;
use crate::raster::{Grey, lift};

/// Bytes of stack for whatever reads documents: their structures nest.
const STACK: usize = 64 << 20;

/// Bytes that are written at a time.
const OUTPUT: usize = 64 << 10;

/// Pages that may be ready before their turn, for each job.
const AHEAD: u32 = 4;

/// The hidden command: limits itself, reads one order and one document from standard input, writes frames to standard
/// output, and ends. Says nothing on standard error but what the system says of it.
#[must_use]
pub fn serve() -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    match std::env::args_os().nth(2) {
        Some(word) if word == "ghostscript" => return postscript::become_ghostscript(),
        _ => confine::confine(),
    }
    let mut input = BufReader::new(io::stdin());
    let mut output = BufWriter::with_capacity(OUTPUT, io::stdout());
    let outcome = read_order(&mut input).and_then(|(request, bytes)| answer(&request, bytes, &mut input, &mut output));
    if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read_order(input: &mut impl BufRead) -> io::Result<(Request, Vec<u8>)> {
    let mut line = Vec::new();
    input.by_ref().take(MOST_JSON as u64).read_until(b'\n', &mut line)?;
    let order: Order = serde_json::from_slice(&line)?;
    let mut bytes = Vec::new();
    // As much as arrives, not as much as is told: the reservation follows the data.
    input.take(order.bytes).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != order.bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((order.request, bytes))
}

fn answer(
    request: &Request,
    bytes: Vec<u8>,
    input: &mut (impl BufRead + Send),
    output: &mut (impl Write + Send),
) -> io::Result<()> {
    let opened = std::thread::scope(|scope| {
        let open = || Document::open(bytes, password(request), &Limits::default());
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, open)?;
        io::Result::Ok(thread.join().unwrap_or(Err(DocumentError::Crashed)))
    })?;
    match opened {
        Ok(document) => match request {
            Request::Serve { jobs, .. } => wanted_pages(&document, *jobs, input, output)?,
            Request::Render { .. } | Request::Native => pages(&document, request, output)?,
            Request::Ink => ink(&document, output)?,
            Request::Fields => fields(&document, output)?,
        },
        Err(error) => write(output, &Answer::Failed { error }, &[])?,
    }
    output.flush()
}

fn password(request: &Request) -> Option<&str> {
    match request {
        Request::Render { password, .. } | Request::Serve { password, .. } => password.as_deref(),
        Request::Native | Request::Ink | Request::Fields => None,
    }
}

fn fields(document: &Document, output: &mut impl Write) -> io::Result<()> {
    std::thread::scope(|scope| {
        let pages = || (0..document.page_count(PaperChoice::Auto)).map(|index| document.fields(index)).collect();
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, pages)?;
        let pages: Vec<Vec<Field>> = thread.join().unwrap_or_default();
        // The first page is told always: that there are none is an answer too.
        for (index, fields) in (0..).zip(pages).filter(|(index, fields)| *index == 0 || !fields.is_empty()) {
            write(output, &Answer::Fields { index, fields }, &[])?;
        }
        write(output, &Answer::Done, &[])
    })
}

fn ink(document: &Document, output: &mut impl Write) -> io::Result<()> {
    let lifted = std::thread::scope(|scope| {
        let lift = || document.picture().map(|picture| lift::lift(&picture));
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, lift)?;
        io::Result::Ok(thread.join().unwrap_or(Err(DocumentError::Crashed)))
    })?;
    match lifted {
        Ok(Ok(lifted)) => {
            let answer = Answer::Ink { width: lifted.width(), height: lifted.height() };
            write(output, &answer, lifted.cover())?;
        }
        Ok(Err(why)) => write(output, &Answer::NoInk { why }, &[])?,
        Err(error) => return write(output, &Answer::Failed { error }, &[]),
    }
    write(output, &Answer::Done, &[])
}

fn pages(document: &Document, request: &Request, output: &mut impl Write) -> io::Result<()> {
    let (paper, jobs) = match request {
        Request::Render { layout, jobs, .. } => (layout.paper, *jobs),
        Request::Native | Request::Serve { .. } | Request::Ink | Request::Fields => (PaperChoice::Auto, 1),
    };
    let pages = document.page_count(paper);
    let jobs = jobs.clamp(1, MOST_JOBS).min(pages.max(1) as usize) as u32;
    write(output, &Answer::Opened { kind: document.kind(), pages }, &[])?;
    output.flush()?;
    let shelf = Shelf::new(pages, jobs * AHEAD);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || work(document, request, &shelf))?;
        }
        let told = (0..pages).try_for_each(|index| {
            tell(output, index, shelf.take(index))?;
            output.flush()
        });
        if told.is_err() {
            shelf.close();
        }
        told
    })?;
    write(output, &Answer::Done, &[])
}

/// Renders pages as they are asked for, until nobody can ask any more.
fn wanted_pages(
    document: &Document,
    jobs: usize,
    input: &mut (impl BufRead + Send),
    output: &mut (impl Write + Send),
) -> io::Result<()> {
    let pages = document.page_count(PaperChoice::Auto);
    write(output, &Answer::Opened { kind: document.kind(), pages }, &[])?;
    output.flush()?;
    let (input, output) = (Mutex::new(input), Mutex::new(output));
    std::thread::scope(|scope| {
        let threads = (0..jobs.clamp(1, MOST_JOBS)).map(|_| {
            let work = || work_as_wanted(document, &input, &output);
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)
        });
        let threads = threads.collect::<io::Result<Vec<_>>>()?;
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())))
    })
}

fn work_as_wanted(
    document: &Document,
    input: &Mutex<&mut (impl BufRead + Send)>,
    output: &Mutex<&mut (impl Write + Send)>,
) -> io::Result<()> {
    let mut renderer = document.renderer();
    loop {
        let mut line = Vec::new();
        let mut lines = input.lock().unwrap_or_else(PoisonError::into_inner);
        lines.by_ref().take(MOST_JSON as u64).read_until(b'\n', &mut line)?;
        drop(lines);
        if line.is_empty() {
            return Ok(());
        }
        let Wanted { ticket, index, setting, grey } = serde_json::from_slice(&line)?;
        let rendered = catch_unwind(AssertUnwindSafe(|| {
            if grey {
                renderer.grey(index, &setting).map(Given::Grey)
            } else {
                renderer.sheet(index, &setting).map(Given::Sheet)
            }
        }));
        let rendered = rendered.unwrap_or_else(|_| {
            renderer = document.renderer();
            Err(DocumentError::Crashed)
        });
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        match rendered {
            Ok(Given::Sheet(Sheet { page, frame })) => {
                let (width, height) = (page.bitmap.width(), page.bitmap.height());
                let answer = Answer::Sheet { ticket, width, height, x_dpi: page.x_dpi, y_dpi: page.y_dpi, frame };
                write(*output, &answer, page.bitmap.bits())?;
            }
            Ok(Given::Grey(Grey { width, height, samples })) => {
                write(*output, &Answer::Grey { ticket, width, height }, &samples)?;
            }
            Err(error) => write(*output, &Answer::SheetFailed { ticket, error }, &[])?,
        }
        output.flush()?;
    }
}

/// A page in one of two forms.
enum Given {
    Sheet(Sheet),
    Grey(Grey),
}

/// Renders pages until none is left. A panic costs its page; the renderer, whose state is then unknown, is made anew.
fn work(document: &Document, request: &Request, shelf: &Shelf) {
    let mut renderer = document.renderer();
    while let Some(index) = shelf.next() {
        let rendered = catch_unwind(AssertUnwindSafe(|| render(&mut renderer, index, request)));
        let rendered = rendered.unwrap_or_else(|_| {
            renderer = document.renderer();
            Err(DocumentError::Crashed)
        });
        shelf.put(index, rendered);
    }
}

fn render(renderer: &mut Renderer<'_>, index: u32, request: &Request) -> Result<Rendered, DocumentError> {
    match request {
        Request::Render { layout, .. } => renderer.render(index, layout).map(Rendered::from),
        Request::Native | Request::Serve { .. } | Request::Ink | Request::Fields => renderer.render_native(index),
    }
}

fn tell(output: &mut impl Write, index: u32, rendered: Result<Rendered, DocumentError>) -> io::Result<()> {
    match rendered {
        Ok(Rendered { page, damaged_lines }) => {
            let (width, height) = (page.bitmap.width(), page.bitmap.height());
            let answer = Answer::Page { index, width, height, x_dpi: page.x_dpi, y_dpi: page.y_dpi, damaged_lines };
            write(output, &answer, page.bitmap.bits())
        }
        Err(error) => write(output, &Answer::PageFailed { index, error }, &[]),
    }
}

fn write(output: &mut impl Write, answer: &Answer, rows: &[u8]) -> io::Result<()> {
    let json = serde_json::to_vec(answer)?;
    output.write_all(&(json.len() as u32).to_le_bytes())?;
    output.write_all(&json)?;
    output.write_all(rows)
}

/// Where pages wait for their turn. The workers take numbers in order and stay close to the page that is told next,
/// so that a slow page does not fill the memory with those after it.
struct Shelf {
    state: Mutex<State>,
    changed: Condvar,
    pages: u32,
    ahead: u32,
}

struct State {
    next: u32,
    told: u32,
    ready: BTreeMap<u32, Result<Rendered, DocumentError>>,
}

impl Shelf {
    const fn new(pages: u32, ahead: u32) -> Self {
        let state = State { next: 0, told: 0, ready: BTreeMap::new() };
        Self { state: Mutex::new(state), changed: Condvar::new(), pages, ahead }
    }

    fn next(&self) -> Option<u32> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.next < self.pages && state.next >= state.told.saturating_add(self.ahead) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let index = state.next;
        state.next = index.saturating_add(1);
        (index < self.pages).then_some(index)
    }

    fn put(&self, index: u32, rendered: Result<Rendered, DocumentError>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ready.insert(index, rendered);
        self.changed.notify_all();
    }

    fn take(&self, index: u32) -> Result<Rendered, DocumentError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(rendered) = state.ready.remove(&index) {
                state.told = index.saturating_add(1);
                self.changed.notify_all();
                return rendered;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// No further page is wanted.
    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).next = self.pages;
        self.changed.notify_all();
    }
}
