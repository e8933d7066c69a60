//! Received faxes, and what is done with them.

use std::sync::Arc;

use crate::engine::{
    Engine, EngineError, ExportForm, Imported, InboxRows, OcrError, OcrFound, PrintError, PrintJob, Printer, Source,
    Trial, inbox, ocr, postman, print, rules, write,
};
use crate::fax::inbox::{InboxChange, InboxFilter, InboxList, InboxStep};
use crate::fax::page::Page;
use crate::fax::received::{Origin, PageWords, ReceivedFax};
use crate::fax::route::Route;
use crate::fax::rule::Rule;
use crate::fax::{MessageId, ReceivedId};
use crate::mail;
use crate::mail::Words;
use crate::store::{OtherMessage, Store};

impl Engine {
    /// All received faxes that are to be worked on, the newest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn inbox(&self) -> Result<Vec<ReceivedFax>, EngineError> {
        self.find_received(InboxFilter::default()).await
    }

    /// All received faxes that a filter lets through, in its order.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn find_received(&self, filter: InboxFilter) -> Result<Vec<ReceivedFax>, EngineError> {
        inbox::all(&self.rooms, filter).await
    }

    /// The numbers of all received faxes that a filter lets through, in its order: their rows are read as they come
    /// into sight.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn list_received(&self, filter: InboxFilter) -> Result<InboxList, EngineError> {
        inbox::list(&self.rooms, filter).await
    }

    /// The rows of these faxes, and passages of their pages in which the words were found.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn received_rows(&self, ids: Vec<ReceivedId>, words: String) -> Result<InboxRows, EngineError> {
        inbox::rows(&self.rooms, ids, words).await
    }

    /// Does these steps with received faxes, all or nothing, and gives those that take them back.
    ///
    /// # Errors
    /// [`EngineError::BadName`], [`EngineError::NotFound`] and others; nothing is changed then.
    pub async fn change_received(&self, steps: Vec<InboxStep>) -> Result<Vec<InboxStep>, EngineError> {
        inbox::change(&self.rooms, steps).await
    }

    /// One received fax.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn received(&self, id: ReceivedId) -> Result<ReceivedFax, EngineError> {
        Ok(self.rooms.store(move |store| store.received(id)).await?)
    }

    /// What the message that brought a fax tells of its way and its sender; none for a fax that came as a file.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn route(&self, id: ReceivedId) -> Result<Option<Route>, EngineError> {
        postman::route(&self.rooms, id).await
    }

    /// A page of a received fax, counted from 0.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn received_page(&self, id: ReceivedId, index: u32) -> Result<Page, EngineError> {
        self.rooms.page(move |store| store.received_page(id, index)).await
    }

    /// Width and height of each page of a received fax on paper, millimetres.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn received_sizes(&self, id: ReceivedId) -> Result<Vec<(f64, f64)>, EngineError> {
        Ok(self.rooms.store(move |store| store.received_sizes(id)).await?)
    }

    /// Pages of a received fax as a document, to be taken into a fax of one's own with their own dots: these, counted
    /// from 0, or all.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn received_pages(&self, id: ReceivedId, only: Option<Vec<u32>>) -> Result<Arc<[u8]>, EngineError> {
        write::received_pages(&self.rooms, id, only).await
    }

    /// Marks a received fax as read or unread.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn mark(&self, id: ReceivedId, unread: bool) -> Result<(), EngineError> {
        inbox::step(&self.rooms, id, InboxChange::Unread(unread)).await
    }

    /// Takes a received fax out of the inbox; [`Engine::restore`] brings it back.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn delete(&self, id: ReceivedId) -> Result<(), EngineError> {
        inbox::step(&self.rooms, id, InboxChange::Delete(true)).await
    }

    /// Brings a deleted received fax back.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn restore(&self, id: ReceivedId) -> Result<(), EngineError> {
        inbox::step(&self.rooms, id, InboxChange::Delete(false)).await
    }

    /// The words on a page of a received fax, if they were read.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn words(&self, id: ReceivedId, index: u32) -> Result<Option<PageWords>, EngineError> {
        Ok(self.rooms.store(move |store| store.words(id, index)).await?)
    }

    /// Keeps the words on a page of a received fax, by whatever means they were read.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn keep_words(&self, id: ReceivedId, index: u32, words: PageWords) -> Result<(), EngineError> {
        ocr::keep(&self.rooms, id, index, words).await
    }

    /// Can the words on pages be read on this computer?
    pub async fn ocr(&self) -> OcrFound {
        ocr::find().await
    }

    /// Reads the words on one page that nobody read yet; false where there is none.
    ///
    /// # Errors
    /// [`OcrError`].
    pub async fn read_words(&self) -> Result<bool, OcrError> {
        match ocr::find().await {
            OcrFound::Absent => Err(OcrError::Absent),
            OcrFound::Languages(languages) => ocr::step(&self.rooms, &languages).await,
        }
    }

    /// Starts to read the words on received pages in the background, until the last clone of the engine goes. To be
    /// called inside a tokio runtime.
    pub fn start_ocr(&self) {
        let start = || tokio::spawn(ocr::serve(Arc::clone(&self.rooms))).abort_handle();
        self.workers.ocr.get_or_init(start);
    }

    /// All printers that the system tells of, the usual one first.
    ///
    /// # Errors
    /// [`PrintError`].
    pub async fn printers(&self) -> Result<Vec<Printer>, PrintError> {
        print::printers().await
    }

    /// Prints a received fax.
    ///
    /// # Errors
    /// [`PrintError`].
    pub async fn print(&self, id: ReceivedId, job: PrintJob) -> Result<(), PrintError> {
        print::print(&self.rooms, id, job).await
    }

    /// Opens a received fax in the system's viewer of PDF.
    ///
    /// # Errors
    /// [`PrintError`].
    pub async fn view(&self, id: ReceivedId) -> Result<(), PrintError> {
        let folder = print::view(&self.rooms, id).await?;
        self.workers.viewed.lock().await.push(folder);
        Ok(())
    }

    /// The rules for received faxes, in the order in which they are obeyed.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn rules(&self) -> Result<Vec<Rule>, EngineError> {
        rules::all(&self.rooms).await
    }

    /// Keeps a rule: in the place of the one that was called `before`, or behind the others.
    ///
    /// # Errors
    /// [`EngineError::Rule`] and others; nothing is changed then.
    pub async fn set_rule(&self, before: Option<String>, rule: Rule) -> Result<(), EngineError> {
        rules::set(&self.rooms, before, rule).await
    }

    /// Takes a rule out, and gives it.
    ///
    /// # Errors
    /// [`EngineError::Rule`] and others.
    pub async fn remove_rule(&self, name: &str) -> Result<Rule, EngineError> {
        rules::remove(&self.rooms, name.to_owned()).await
    }

    /// What these rules would do with the faxes that came last; nothing is done.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn try_rules(&self, rules: Vec<Rule>) -> Result<Vec<Trial>, EngineError> {
        rules::trial(&self.rooms, rules).await
    }

    /// Takes in a message or a fax from a file: .eml, .tif, .pdf. An .mbox brings several.
    ///
    /// # Errors
    /// [`EngineError`]; what came before the fault stays.
    pub async fn import(&self, source: Source) -> Result<Vec<Imported>, EngineError> {
        let (name, bytes) = source.take(postman::MOST_BYTES).await?;
        postman::import(&self.rooms, &name, bytes, Origin::Import).await
    }

    /// Messages that are neither a fax nor a report that found its job, the newest first.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn other_messages(&self) -> Result<Vec<OtherMessage>, EngineError> {
        Ok(self.rooms.store(Store::other_messages).await?)
    }

    /// What a message says, for people.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn message_words(&self, id: MessageId) -> Result<Words, EngineError> {
        let raw = self.export_message(id).await?;
        self.rooms.work(move |_| Ok(mail::words(&raw))).await
    }

    /// A message as it came.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] and others.
    pub async fn export_message(&self, id: MessageId) -> Result<Vec<u8>, EngineError> {
        Ok(self.rooms.store(move |store| store.message(id)).await?.raw)
    }

    /// A received fax as a file's content.
    ///
    /// # Errors
    /// [`EngineError`].
    pub async fn export(&self, id: ReceivedId, form: ExportForm) -> Result<Vec<u8>, EngineError> {
        write::received(&self.rooms, id, form).await
    }
}
