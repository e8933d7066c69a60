//! `render`: documents to fax pages, exactly what would be sent.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use faxseal::engine::{CodedPage, Coding, FaxPage, Reader, Reading, Source, write_pdf, write_png, write_tiff};
use faxseal::fax::page::{Layout, call_seconds, page_seconds};
use faxseal::i18n::t;
use serde::Serialize;

use super::arguments::Render;
use super::output::Output;
use super::{Failure, Outcome, cover, program};
use crate::explain;

/// A page, as it is reported.
#[derive(Serialize)]
struct Row {
    page: usize,
    width: u32,
    height: u32,
    x_dpi: u16,
    y_dpi: u16,
    bytes: usize,
    seconds: f64,
}

/// Where the pages go.
enum Form {
    Tiff,
    Pdf,
    Folder,
}

pub async fn run(options: &Render, output: &Output) -> Outcome {
    let form = match options.output.extension().map(|extension| extension.to_ascii_lowercase()) {
        Some(extension) if extension == "tif" || extension == "tiff" => Form::Tiff,
        Some(extension) if extension == "pdf" => Form::Pdf,
        Some(_) if !options.output.is_dir() => {
            return Err(Failure::usage(t::cli_unknown_form(options.output.display().to_string())));
        }
        _ => Form::Folder,
    };
    let coding = if matches!(form, Form::Pdf) { Coding::Mmr } else { options.coding };
    let (mut coded, mut rows, mut files) = (Vec::new(), Vec::new(), Vec::new());
    let reader = Reader::new(program()?);
    let sources = options.files.iter().cloned().map(Source::Path);
    let layout = options.pages.layout();
    let mut take = |page: Arc<FaxPage>| {
        let code = page.code(coding);
        rows.push(row(rows.len() + 1, &code));
        match form {
            Form::Folder => {
                std::fs::create_dir_all(&options.output).map_err(|error| Failure::write(&options.output, &error))?;
                let path = options.output.join(format!("page-{:03}.png", rows.len()));
                write(&path, &write_png(&page.page)?, true)?;
                files.push(path);
            }
            Form::Tiff | Form::Pdf => coded.push(code),
        }
        Ok(())
    };
    let cover = options.cover.as_deref().map(|fields| cover::pages(fields, &layout)).transpose()?;
    cover.into_iter().flatten().try_for_each(&mut take)?;
    read(&reader, sources, layout, options.pages.jobs(), take).await?;
    match form {
        Form::Folder => {}
        Form::Tiff => write(&options.output, &write_tiff(&coded)?, true)?,
        Form::Pdf => write(&options.output, &write_pdf(&coded)?, true)?,
    }
    if files.is_empty() {
        files.push(options.output.clone());
    }
    let seconds = call_seconds(rows.iter().map(|row| row.bytes));
    if output.is_json() {
        output.json(&serde_json::json!({ "files": files, "pages": rows, "seconds": seconds }));
    } else {
        table(output, &rows);
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let bytes = rows.iter().map(|row| row.bytes as u64).sum();
        let written = options.output.display().to_string();
        output.line(&t::render_done(t::pages(count), explain::bytes(bytes), explain::duration(seconds), written));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(page: usize, code: &CodedPage) -> Row {
    let bytes = code.data.len();
    let CodedPage { width, height, x_dpi, y_dpi, .. } = *code;
    Row { page, width, height, x_dpi, y_dpi, bytes, seconds: page_seconds(bytes) }
}

fn table(output: &Output, rows: &[Row]) {
    let cells = |row: &Row| {
        vec![
            format!("{:>4}", row.page),
            format!("{} × {}", row.width, row.height),
            format!("{} × {} dpi", row.x_dpi, row.y_dpi),
            explain::bytes(row.bytes as u64),
            explain::duration(row.seconds),
        ]
    };
    output.table(&rows.iter().map(cells).collect::<Vec<_>>());
}

/// Reads all documents in their order and hands their pages on. One that is refused ends it.
pub async fn read(
    reader: &Reader,
    sources: impl IntoIterator<Item = Source>,
    layout: Layout,
    jobs: usize,
    mut each: impl FnMut(Arc<FaxPage>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for source in sources {
        let name = match &source {
            Source::Path(path) => path.display().to_string(),
            Source::Bytes { name, .. } => name.clone(),
        };
        let mut readings = reader.read(source, layout, None, jobs);
        while let Some(reading) = readings.recv().await {
            match reading {
                Reading::Opened { .. } | Reading::Done => {}
                Reading::Page(page) => each(page)?,
                Reading::Failed(error) => return Err(Failure::document(&name, &error)),
            }
        }
    }
    Ok(())
}

/// Writes a file as a whole, or not at all.
pub fn write(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".faxseal-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let written = builder.tempfile_in(folder).and_then(|mut file| {
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        let kept = if replace { file.persist(path) } else { file.persist_noclobber(path) };
        kept.map(drop).map_err(|error| error.error)
    });
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::usage(t::cli_exists(path.display().to_string())),
        _ => Failure::write(path, &error),
    })
}
