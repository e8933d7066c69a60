//! Rules for received faxes: kept in the settings, obeyed once for each fax, and tried on what came before.

use std::sync::Arc;

use jiff::Timestamp;

use super::rooms::Rooms;
use super::{EngineError, Event, NewFax, outbox, print};
use crate::fax::ReceivedId;
use crate::fax::inbox::{InboxFilter, InboxStep, Shelf};
use crate::fax::page::Resolution;
use crate::fax::received::{Origin, ReceivedFax};
use crate::fax::recipient::Recipient;
use crate::fax::rule::{Fit, Known, Rule, RuleError};
use crate::mail;
use crate::settings::Settings;
use crate::store::Store;
use crate::tiff::CodedPage;

/// Faxes that a rule is tried on.
const TRIED: usize = 500;

/// What a rule would do, and with which fax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The fax.
    pub fax: ReceivedFax,
    /// The rules that mean it, by name, in their order.
    pub rules: Vec<String>,
    /// Rules of which that can be told when the words on its pages were read.
    pub later: Vec<String>,
}

/// All rules, in the order in which they are obeyed.
pub(super) async fn all(rooms: &Arc<Rooms>) -> Result<Vec<Rule>, EngineError> {
    rooms.work(|rooms| Ok(Settings::load(&rooms.place)?.rules)).await
}

/// Keeps a rule: in the place of the one that was called `before`, or behind the others.
pub(super) async fn set(rooms: &Arc<Rooms>, before: Option<String>, rule: Rule) -> Result<(), EngineError> {
    let rule = rule.tidy()?;
    edit(rooms, move |rules| {
        let at = before.as_ref().map(|before| position(rules, before)).transpose()?;
        let taken = rules.iter().enumerate().any(|(other, known)| Some(other) != at && known.name == rule.name);
        if taken {
            return Err(RuleError::NameTaken);
        }
        match at.and_then(|at| rules.get_mut(at)) {
            Some(known) => *known = rule,
            None => rules.push(rule),
        }
        Ok(())
    })
    .await
}

/// Takes a rule out, and gives it.
pub(super) async fn remove(rooms: &Arc<Rooms>, name: String) -> Result<Rule, EngineError> {
    edit(rooms, move |rules| position(rules, &name).map(|at| rules.remove(at))).await
}

fn position(rules: &[Rule], name: &str) -> Result<usize, RuleError> {
    rules.iter().position(|rule| rule.name == name).ok_or(RuleError::NotFound)
}

async fn edit<T: Send + 'static>(
    rooms: &Arc<Rooms>,
    change: impl FnOnce(&mut Vec<Rule>) -> Result<T, RuleError> + Send + 'static,
) -> Result<T, EngineError> {
    let edited = rooms.work(|rooms| {
        let (_, edited) = Settings::update(&rooms.place, |settings| change(&mut settings.rules))?;
        Ok::<_, EngineError>(edited?)
    });
    let edited = edited.await?;
    rooms.tell(Event::Rules);
    Ok(edited)
}

/// What these rules would do with what came before; nothing is done.
pub(super) async fn trial(rooms: &Arc<Rooms>, rules: Vec<Rule>) -> Result<Vec<Trial>, EngineError> {
    let look = move |rooms: &Rooms| {
        let store = &rooms.store;
        let mut ids = Vec::new();
        for shelf in [Shelf::Inbox, Shelf::Archive] {
            ids.extend(store.list_received(&InboxFilter { shelf, ..InboxFilter::default() })?.ids);
        }
        ids.sort_by(|one, other| other.cmp(one));
        ids.truncate(TRIED);
        let mut trials = Vec::new();
        for fax in store.received_rows(&ids)? {
            let facts = Facts::load(store, &fax)?;
            let names = |fit| -> Vec<String> {
                let fits = rules.iter().filter(|rule| rule.fits(&facts.known(&fax)) == fit);
                fits.map(|rule| rule.name.clone()).collect()
            };
            let (rules, later) = (names(Fit::Yes), names(Fit::Later));
            if !rules.is_empty() || !later.is_empty() {
                trials.push(Trial { fax, rules, later });
            }
        }
        Ok(trials)
    };
    rooms.work(look).await
}

/// What a rule asks for beyond the row of a fax.
struct Facts {
    from: Option<String>,
    text: Option<String>,
}

impl Facts {
    fn load(store: &Store, fax: &ReceivedFax) -> Result<Self, EngineError> {
        let raw = store.message(store.message_of(fax.id)?)?.raw;
        let from = mail::is_message(&raw).then(|| mail::route(&raw, None).from).flatten();
        let text = if store.has_all_words(fax.id)? { Some(store.text(fax.id)?) } else { None };
        Ok(Self { from, text })
    }

    fn known<'a>(&'a self, fax: &'a ReceivedFax) -> Known<'a> {
        Known {
            sender: fax.sender.as_deref(),
            number: fax.caller.number.as_ref().map(|number| number.e164()),
            from: self.from.as_deref(),
            subject: &fax.subject,
            text: self.text.as_deref(),
        }
    }
}

/// Obeys all rules that mean a fax and were not obeyed for it yet. A file that the user imports is none of theirs.
pub(super) async fn apply(rooms: &Arc<Rooms>, id: ReceivedId) {
    if let Err(error) = try_apply(rooms, id).await {
        log::error!("the rules for received fax {id} cannot be obeyed: {error}");
    }
}

async fn try_apply(rooms: &Arc<Rooms>, id: ReceivedId) -> Result<(), EngineError> {
    let (meant, doubtful) = rooms
        .work(move |rooms| {
            let rules = Settings::load(&rooms.place)?.rules;
            let fax = rooms.store.received(id)?;
            if rules.is_empty() || fax.origin == Origin::Import {
                return Ok::<_, EngineError>((Vec::new(), false));
            }
            let facts = Facts::load(&rooms.store, &fax)?;
            let meant = rules.into_iter().filter(|rule| rule.fits(&facts.known(&fax)) == Fit::Yes).collect();
            Ok((meant, fax.pretence.is_some()))
        })
        .await?;
    for rule in meant {
        let (name, steps) = (rule.name.clone(), rule.changes());
        let steps: Vec<InboxStep> = steps.into_iter().map(|change| InboxStep { id, change }).collect();
        // Written down first: what goes out or is printed does so once, whatever happens to this process.
        let new = rooms.store(move |store| store.obey(id, &name, &steps, Timestamp::now())).await?;
        if new {
            rooms.tell(Event::Inbox);
            // What may be a fraud is put in order like any other, and goes nowhere by itself.
            match doubtful {
                true => log::warn!("rule {}: received fax {id} has a doubtful sender: nothing goes out", rule.name),
                false => outside(rooms, id, &rule).await,
            }
        }
    }
    Ok(())
}

/// What a rule does outside the inbox. What fails is told in the log, and the rest is done.
async fn outside(rooms: &Arc<Rooms>, id: ReceivedId, rule: &Rule) {
    let name = &rule.name;
    if rule.then.notify {
        rooms.tell(Event::Notify(id));
    }
    if let Some(number) = &rule.then.forward
        && let Err(error) = forward(rooms, id, Recipient::new(number.clone())).await
    {
        log::error!("rule {name}: received fax {id} was not forwarded: {error}");
    }
    if let Some(printer) = &rule.then.print {
        let printer = Some(printer.clone()).filter(|printer| !printer.is_empty());
        if let Err(error) = print::print(rooms, id, print::PrintJob { printer, copies: 1 }).await {
            log::error!("rule {name}: received fax {id} was not printed: {error}");
        }
    }
}

async fn forward(rooms: &Arc<Rooms>, id: ReceivedId, recipient: Recipient) -> Result<(), super::QueueError> {
    let (fax, pages) = rooms
        .work(move |rooms| {
            let fax = rooms.store.received(id)?;
            let pages = (0..fax.pages).map(|at| Ok(Arc::new(CodedPage::from(rooms.store.received_page(id, at)?))));
            let pages: Vec<Arc<CodedPage>> = pages.collect::<Result<_, EngineError>>()?;
            Ok::<_, EngineError>((fax, pages))
        })
        .await?;
    let resolution = match fax.y_dpi {
        0..150 => Resolution::Standard,
        150..300 => Resolution::Fine,
        _ => Resolution::Superfine,
    };
    let new = NewFax {
        account: None,
        recipients: vec![recipient],
        subject: fax.subject,
        pages,
        resolution,
        marks: Vec::new(),
        cover: None,
        due: None,
        draft: None,
    };
    outbox::queue(rooms, new).await.map(drop)
}
