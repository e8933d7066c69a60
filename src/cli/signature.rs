//! `signature`: the signatures of the profile.

use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;

use faxseal::engine::{CodedPage, CodedSheet, SignatureError, Source, placed};
use faxseal::fax::signature::ink::{Ink, Shape, Signature as Kept};
use faxseal::fax::signature::{Frame, Mark, MarkId, MarkKind, Marked};
use faxseal::i18n::t;

use super::arguments::{AddSignature, Signature};
use super::output::Output;
use super::{Arguments, Failure, Outcome, code, open};
use crate::explain;

pub async fn run(arguments: &Arguments, command: &Signature, output: &Output) -> Outcome {
    let engine = open(arguments).await?;
    match command {
        Signature::List => {
            let signatures = engine.signatures().await?;
            if output.is_json() {
                output.json(&signatures.iter().map(row).collect::<Vec<_>>());
            } else {
                let cells = |signature: &Kept| {
                    let initials = if signature.initials { t::signature_initials() } else { String::new() };
                    vec![signature.name.clone(), made(&signature.ink.shape).1, initials]
                };
                output.table(&signatures.iter().map(cells).collect::<Vec<_>>());
            }
        }
        Signature::Add(options) => {
            let ink = match (&options.image, &options.typed) {
                (Some(path), _) => {
                    engine.lift_signature(Source::Path(path.clone())).await.map_err(|error| match error {
                        SignatureError::Document(error) => Failure::document(&path.display().to_string(), &error),
                        error => failure(&error),
                    })?
                }
                (None, typed) => {
                    let text = typed.clone().unwrap_or_else(|| options.name.clone());
                    Ink { thickness: 0.5, shape: Shape::Typed { text, hand: options.hand } }
                }
            };
            let ink = Ink { thickness: f64::from(options.thickness.min(100)) / 100.0, ..ink };
            let AddSignature { name, initials, .. } = options;
            let id = engine.add_signature(name.clone(), *initials, ink).await.map_err(|error| failure(&error))?;
            if output.is_json() {
                output.json(&serde_json::json!({ "id": id, "name": name.trim() }));
            } else {
                output.line(&t::signature_kept(name.trim()));
            }
        }
        Signature::Remove { name } => {
            let id = find(&engine.signatures().await?, name)?.id;
            engine.remove_signature(id).await?;
            if output.is_json() {
                output.json(&serde_json::json!({ "removed": name }));
            } else {
                output.line(&t::signature_removed(name.as_str()));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn row(signature: &Kept) -> serde_json::Value {
    let Kept { id, name, initials, ink } = signature;
    serde_json::json!({ "id": id, "name": name, "initials": initials, "made": made(&ink.shape).0 })
}

/// How it was made: in JSON, and in words.
fn made(shape: &Shape) -> (&'static str, String) {
    match shape {
        Shape::Drawn(_) => ("drawn", t::signature_made_drawn()),
        Shape::Typed { .. } => ("typed", t::signature_made_typed()),
        Shape::Lifted(_) => ("image", t::signature_made_image()),
    }
}

fn failure(error: &SignatureError) -> Failure {
    let message = explain::signature::error(error);
    match error {
        SignatureError::Engine(error) => error.clone().into(),
        SignatureError::NoInk(_) | SignatureError::Document(_) => {
            Failure { code: code::DOCUMENT, kind: "document", message }
        }
        SignatureError::NoName | SignatureError::NameTaken { .. } | SignatureError::Empty => Failure::usage(message),
    }
}

fn find<'a>(signatures: &'a [Kept], name: &str) -> Result<&'a Kept, Failure> {
    let found = signatures.iter().find(|signature| signature.name == name);
    found.ok_or_else(|| Failure::usage(t::signature_unknown(name)))
}

/// A signature on a page: `NAME@PAGE:X,Y,W`, millimetres from the top left of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct SignAt {
    name: String,
    /// Counted from 1.
    page: usize,
    x: f64,
    y: f64,
    width: f64,
}

impl FromStr for SignAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (name, place) = text.rsplit_once('@')?;
            let (page, place) = place.split_once(':')?;
            let mut numbers = place.split(',').map(|number| number.trim().parse::<f64>().ok());
            let (x, y, width) = (numbers.next()??, numbers.next()??, numbers.next()??);
            let page = page.trim().parse().ok().filter(|page| *page > 0)?;
            let sane = [x, y].iter().all(|at| (0.0..=1000.0).contains(at)) && (1.0..=500.0).contains(&width);
            let whole = sane && numbers.next().is_none() && !name.is_empty();
            whole.then(|| Self { name: name.to_owned(), page, x, y, width })
        };
        parse().ok_or_else(t::signature_bad_place)
    }
}

/// Burns signatures into pages, and tells for the log what was put where.
pub fn sign(pages: &mut [Arc<CodedPage>], places: &[SignAt], signatures: &[Kept]) -> Result<Vec<Marked>, Failure> {
    let mut marks = Vec::new();
    for SignAt { name, page: number, x, y, width } in places {
        let signature = find(signatures, name)?.id;
        let count = pages.len();
        let signed = number.checked_sub(1).and_then(|at| pages.get_mut(at));
        let signed = signed.ok_or_else(|| Failure::usage(t::signature_no_page(*number, count)))?;
        let CodedPage { width: dots, height: lines, x_dpi, y_dpi, .. } = **signed;
        let sheet = CodedSheet { coded: Arc::clone(signed), frame: Frame::of_dots(dots, lines, x_dpi, y_dpi) };
        let kind = MarkKind::Signature { signature };
        let placement = placed(&kind, &sheet.page(), &sheet.frame, (*x, *y), Some(*width), signatures);
        let mark = Mark { id: MarkId(0), kind, placement };
        marks.push(Marked { page: u32::try_from(*number).unwrap_or(u32::MAX), kind: mark.kind.name() });
        *signed = sheet.marked(&[mark], signatures).coded;
    }
    Ok(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_documented() {
        let place: SignAt = "A. Okafor@2:120,240.5,60".parse().unwrap();
        assert_eq!(place, SignAt { name: "A. Okafor".to_owned(), page: 2, x: 120.0, y: 240.5, width: 60.0 });
        assert_eq!("me@work@1:0,0,5".parse::<SignAt>().unwrap().name, "me@work");
        for wrong in
            ["", "me", "me@1", "me@0:1,2,3", "me@1:1,2", "me@1:1,2,3,4", "@1:1,2,3", "me@1:a,2,3", "me@1:1,2,0"]
        {
            assert!(wrong.parse::<SignAt>().is_err(), "{wrong}");
        }
    }
}
