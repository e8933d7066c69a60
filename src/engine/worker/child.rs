//! The child's side.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Condvar, Mutex, PoisonError};

use super::{Answer, MOST_JOBS, MOST_JSON, Order, Request, confine};
use crate::document::{Document, DocumentError, Limits, Rendered, Renderer};
use crate::fax::page::PaperChoice;

/// Bytes of stack for whatever reads documents: their structures nest.
const STACK: usize = 64 << 20;

/// Pages that may be ready before their turn, for each job.
const AHEAD: u32 = 4;

/// The hidden command: limits itself, reads one order and one document from standard input, writes frames to standard
/// output, and ends. Says nothing on standard error but what the system says of it.
#[must_use]
pub fn serve() -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    confine::confine();
    let outcome = read_order(&mut BufReader::new(io::stdin().lock()))
        .and_then(|(request, bytes)| answer(&request, bytes, &mut BufWriter::new(io::stdout().lock())));
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

fn answer(request: &Request, bytes: Vec<u8>, output: &mut impl Write) -> io::Result<()> {
    let opened = std::thread::scope(|scope| {
        let open = || Document::open(bytes, password(request), &Limits::default());
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, open)?;
        io::Result::Ok(thread.join().unwrap_or(Err(DocumentError::Crashed)))
    })?;
    match opened {
        Ok(document) => pages(&document, request, output)?,
        Err(error) => write(output, &Answer::Failed { error }, &[])?,
    }
    output.flush()
}

fn password(request: &Request) -> Option<&str> {
    match request {
        Request::Render { password, .. } => password.as_deref(),
        Request::Native => None,
    }
}

fn pages(document: &Document, request: &Request, output: &mut impl Write) -> io::Result<()> {
    let (paper, jobs) = match request {
        Request::Render { layout, jobs, .. } => (layout.paper, *jobs),
        Request::Native => (PaperChoice::Auto, 1),
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
        Request::Native => renderer.render_native(index),
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
