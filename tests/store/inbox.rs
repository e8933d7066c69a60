//! Received faxes by the hundred thousand, found and put in order, and every act taken back.

use std::time::Instant;

use faxseal::fax::ReceivedId;
use faxseal::fax::contact::{Contact, ContactNumber};
use faxseal::fax::inbox::{InboxChange, InboxFilter, InboxStep, Order, Shelf};
use faxseal::fax::received::{CallerId, Origin, PageWords, Word};
use faxseal::store::{Act, ContactChange, NewReceived, Store};
use jiff::SignedDuration;

use super::{now, open, pages, profile, raw};

/// A fax from this caller, `minutes` after the first one.
fn receive(store: &Store, number: Option<&str>, name: Option<&str>, minutes: i64) -> ReceivedId {
    let at = now() + SignedDuration::from_mins(minutes);
    let message = store.keep_message(format!("{number:?} {name:?} {minutes}").as_bytes(), Origin::Import, at).unwrap();
    let caller = CallerId { number: number.map(|number| number.parse().unwrap()), name: name.map(str::to_owned) };
    let (pages, subject) = (pages(), format!("subject {minutes}"));
    let new = NewReceived {
        message: message.id,
        message_id: None,
        caller: &caller,
        subject: &subject,
        pages: &pages,
        damage: None,
    };
    store.add_received(&new, at).unwrap()
}

fn found(store: &Store, filter: InboxFilter) -> Vec<ReceivedId> {
    store.list_received(&filter).unwrap().ids
}

fn words(words: &str) -> InboxFilter {
    InboxFilter { words: words.to_owned(), ..InboxFilter::default() }
}

fn contact(name: &str, number: &str) -> Contact {
    let number = ContactNumber { number: number.parse().unwrap(), label: String::new(), sub_address: None };
    Contact {
        name: name.to_owned(),
        organisation: String::new(),
        numbers: vec![number],
        groups: Vec::new(),
        ..Contact::default()
    }
}

#[test]
fn every_act_can_be_taken_back_and_is_in_the_audit() {
    let (_folder, place) = profile();
    let store = open(&place);
    let id = receive(&store, Some("+14155550123"), None, 0);
    let before = store.received(id).unwrap();
    let steps: Vec<InboxStep> = [
        InboxChange::Unread(false),
        InboxChange::Label("To sign".to_owned()),
        InboxChange::Label("Urgent".to_owned()),
        InboxChange::Note("call back".to_owned()),
        InboxChange::Assign(Some("Dr. Okafor".to_owned())),
        InboxChange::Archive(true),
        InboxChange::Delete(true),
    ]
    .into_iter()
    .map(|change| InboxStep { id, change })
    .collect();
    let undo = store.change_received(&steps, now()).unwrap();
    let after = store.received(id).unwrap();
    assert_eq!(
        (after.labels.as_slice(), after.note.as_str()),
        (&["To sign".to_owned(), "Urgent".to_owned()][..], "call back")
    );
    assert_eq!((after.assignee.as_deref(), after.shelf, after.unread), (Some("Dr. Okafor"), Shelf::Deleted, false));
    // Once more is nothing, in the audit as well.
    assert_eq!(store.change_received(&steps, now()).unwrap(), []);
    assert_eq!(store.change_received(&undo, now()).unwrap().len(), steps.len());
    assert_eq!(store.received(id).unwrap(), before);
    let acts: Vec<Act> = store.audit().unwrap().into_iter().skip(2).map(|row| row.act).collect();
    let there = [Act::Read, Act::Labelled, Act::Labelled, Act::Noted, Act::Assigned, Act::Archived, Act::Deleted];
    let back =
        [Act::Restored, Act::Unarchived, Act::Assigned, Act::Noted, Act::Unlabelled, Act::Unlabelled, Act::Unread];
    assert_eq!(acts, [there, back].concat());
    let told = serde_json::to_string(&store.audit().unwrap()).unwrap();
    assert!(!told.contains("call back"), "a note is nobody's business in the audit");
    let missing = InboxStep { id: ReceivedId(99), change: InboxChange::Unread(true) };
    let with_missing = [InboxStep { id, change: InboxChange::Archive(true) }, missing];
    assert!(store.change_received(&with_missing, now()).is_err());
    assert_eq!(store.received(id).unwrap().shelf, Shelf::Inbox, "all or nothing");
}

#[test]
fn a_sender_has_the_name_of_the_address_book_else_a_learned_one() {
    let (_folder, place) = profile();
    let store = open(&place);
    let named = receive(&store, Some("+14155550123"), Some("LAKEVIEW"), 0);
    let bare = receive(&store, Some("+14155550123"), None, 1);
    let nobody = receive(&store, None, None, 2);
    let sender = |id| store.received(id).unwrap().sender;
    assert_eq!((sender(named), sender(bare), sender(nobody)), (Some("LAKEVIEW".into()), Some("LAKEVIEW".into()), None));
    let add = ContactChange::Add(contact("Lakeview Cardiology", "+14155550123"));
    let ids = store.change_contacts(&[add], now()).unwrap();
    assert_eq!((sender(named), sender(bare)), (Some("Lakeview Cardiology".into()), Some("Lakeview Cardiology".into())));
    assert_eq!(found(&store, words("cardio")), [bare, named]);
    let later = receive(&store, Some("+14155550123"), Some("LAKEVIEW"), 3);
    assert_eq!(sender(later), Some("Lakeview Cardiology".into()));
    // Another number: the contact is not meant any more.
    let set = ContactChange::Set(ids[0], contact("Lakeview Cardiology", "+14155550124"));
    store.change_contacts(&[set], now()).unwrap();
    assert_eq!((sender(named), sender(bare)), (Some("LAKEVIEW".into()), Some("LAKEVIEW".into())));
    assert_eq!(found(&store, words("cardio")), []);
}

#[test]
fn faxes_are_filtered_sorted_and_searched() {
    let (_folder, place) = profile();
    let store = open(&place);
    let anna = receive(&store, Some("+14155550123"), Some("anna"), 0);
    let bert = receive(&store, Some("+12065550177"), Some("Bert Müller"), 1);
    let zoe = receive(&store, Some("+493055501180"), None, 2);
    let change = |id, change| store.change_received(&[InboxStep { id, change }], now()).unwrap();
    change(bert, InboxChange::Label("Urgent".to_owned()));
    change(bert, InboxChange::Note("waits for the laboratory".to_owned()));
    change(bert, InboxChange::Unread(false));
    change(zoe, InboxChange::Assign(Some("Dr. Okafor".to_owned())));
    let filter = InboxFilter::default;
    assert_eq!(found(&store, filter()), [zoe, bert, anna]);
    assert_eq!(found(&store, InboxFilter { order: Order::Oldest, ..filter() }), [anna, bert, zoe]);
    assert_eq!(found(&store, InboxFilter { order: Order::Sender, ..filter() }), [zoe, anna, bert]);
    assert_eq!(found(&store, InboxFilter { unread: true, ..filter() }), [zoe, anna]);
    assert_eq!(found(&store, InboxFilter { label: Some("Urgent".into()), ..filter() }), [bert]);
    assert_eq!(found(&store, InboxFilter { assignee: Some("Dr. Okafor".into()), ..filter() }), [zoe]);
    let since = Some(now() + SignedDuration::from_mins(1));
    assert_eq!(found(&store, InboxFilter { since, ..filter() }), [zoe, bert]);

    let word = |text: &str| Word { text: text.to_owned(), x: 1, y: 2, width: 30, height: 10 };
    let page = PageWords { lines: vec![vec![word("Troponin"), word("elevated,")], vec![word("see"), word("below")]] };
    assert_eq!(store.pages_without_words(9).unwrap().len(), 6);
    store.keep_words(anna, 0, &page).unwrap();
    store.keep_words(anna, 1, &PageWords::default()).unwrap();
    assert_eq!(store.pages_without_words(9).unwrap().len(), 4);
    assert_eq!(store.words(anna, 0).unwrap(), Some(page));
    assert_eq!(store.text(anna).unwrap().trim(), "Troponin elevated,\nsee below");
    for (sought, expected) in [
        ("muller", vec![bert]),
        ("urg", vec![bert]),
        ("LABORATORY bert", vec![bert]),
        ("laboratory anna", vec![]),
        ("tropo", vec![anna]),
        ("elevated see", vec![anna]),
        ("okafor", vec![zoe]),
        ("555 0123", vec![anna]),
        ("0123", vec![anna]),
        ("anna 0123", vec![anna]),
        ("030 5550", vec![zoe]),
        ("555-", vec![zoe, bert, anna]),
        ("subject", vec![zoe, bert, anna]),
        ("\" OR 1", vec![]),
    ] {
        assert_eq!(found(&store, words(sought)), expected, "{sought}");
    }
    let passages = store.passages(&[anna, bert], "tropo").unwrap();
    assert_eq!(passages.len(), 1);
    assert!(passages[&anna].starts_with("Troponin elevated"), "{passages:?}");
    change(anna, InboxChange::Archive(true));
    assert_eq!(found(&store, words("tropo")), []);
    assert_eq!(found(&store, InboxFilter { shelf: Shelf::Archive, ..words("tropo") }), [anna]);
    let list = store.list_received(&filter()).unwrap();
    assert_eq!((list.labels, list.people), (vec!["Urgent".to_owned()], vec!["Dr. Okafor".to_owned()]));
    assert_eq!((list.unread, list.all), (1, 3));
}

#[test]
fn a_hundred_thousand_faxes_are_listed_by_their_numbers_and_read_where_they_are_seen() {
    const MANY: i64 = 100_000;
    let (_folder, place) = profile();
    let store = open(&place);
    // Past the store, for it would take minutes with a sync to the disk for each.
    raw(&place)
        .execute_batch(&format!(
            "BEGIN;
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {MANY})
             INSERT INTO message (at, origin, sha256, kind, subject, raw)
             SELECT n * 60000000000, 'import', CAST(printf('%032d', n) AS BLOB), 'fax', 'Fax', x'00' FROM n;
             INSERT INTO received (message, at, caller_number, sender, subject, pages, y_dpi)
             SELECT id, at, printf('+1415%07d', 2000000 + id % 5000), printf('Practice %d', id % 5000), 'Fax', 3, 196
             FROM message;
             INSERT INTO received_search (rowid, sender, subject, note, labels, assignee, text)
             SELECT id, sender, subject, '', '', '', printf('referral of patient %d with words on the page', id)
             FROM received;
             COMMIT;"
        ))
        .unwrap();
    let timed = |name: &str, filter: InboxFilter, expected: i64| {
        let begun = Instant::now();
        let ids = found(&store, filter);
        eprintln!("{name}: {:?} for {}", begun.elapsed(), ids.len());
        assert_eq!(ids.len() as i64, expected, "{name}");
        ids
    };
    let ids = timed("all", InboxFilter::default(), MANY);
    timed("by sender", InboxFilter { order: Order::Sender, ..InboxFilter::default() }, MANY);
    timed("by pages", InboxFilter { order: Order::Pages, ..InboxFilter::default() }, MANY);
    timed("a word", words("patient 77777"), 1);
    timed("a sender", words("practice 4321"), 30);
    timed("a number", words("415 2004321"), 20);
    timed("a word of every fax", words("referral"), MANY);
    for at in [0, 50_000, 99_950] {
        let begun = Instant::now();
        let rows = store.received_rows(&ids[at..at + 50]).unwrap();
        eprintln!("50 rows at {at}: {:?}", begun.elapsed());
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids[at..at + 50]);
    }
    let begun = Instant::now();
    assert_eq!(store.passages(&ids[..50], "referral").unwrap().len(), 50);
    eprintln!("50 passages: {:?}", begun.elapsed());
    // What is listed is read from an index alone, and a row by its key: neither depends on how far down it is.
    let plan = |sql: &str| -> String {
        let connection = raw(&place);
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>("detail")).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    };
    let listed = plan("SELECT id FROM received WHERE deleted IS NULL AND archived IS NULL ORDER BY at DESC, id DESC");
    assert!(listed.contains("COVERING INDEX received_listed") && !listed.contains("TEMP B-TREE"), "{listed}");
}
