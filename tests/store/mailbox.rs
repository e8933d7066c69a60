//! How far fetching from a mailbox is: it survives the program, and what is fetched is there once.

use faxseal::store::{Errand, Kept};

use super::{Act, now, open, profile};

#[test]
fn parts_become_one_message_and_are_gone() {
    let (_folder, place) = profile();
    let store = open(&place);
    let inbox = store.folder("me@mail.example", "INBOX", 7).unwrap();
    assert_eq!(inbox.next_uid, 1);
    store.keep_part(inbox.id, 4, 0, b"From: a@b.example\r\n").unwrap();
    // The same part again, as after a connection that was cut before its answer: it changes nothing.
    store.keep_part(inbox.id, 4, 0, b"From: a@b.example\r\n").unwrap();
    drop(store);
    let store = open(&place);
    assert_eq!(store.fetched_octets(inbox.id, 4).unwrap(), 19);
    store.keep_part(inbox.id, 4, 19, b"\r\nwords").unwrap();
    let Kept { id, new } = store.keep_fetched(inbox.id, 4, b" and more\r\n", now()).unwrap();
    assert!(new);
    assert_eq!(store.message(id).unwrap().raw, b"From: a@b.example\r\n\r\nwords and more\r\n");
    assert_eq!(store.fetched_octets(inbox.id, 4).unwrap(), 0);
    assert_eq!(store.folder("me@mail.example", "INBOX", 7).unwrap().next_uid, 5);
    // In one piece, in another folder: the same message.
    let other = store.folder("me@mail.example", "Faxes", 7).unwrap();
    let again = store.keep_fetched(other.id, 9, b"From: a@b.example\r\n\r\nwords and more\r\n", now()).unwrap();
    assert_eq!(again, Kept { id, new: false });
    let acts: Vec<Act> = store.audit().unwrap().into_iter().map(|row| row.act).collect();
    assert_eq!(acts, [Act::Kept]);
}

#[test]
fn what_is_to_be_done_is_remembered_until_it_is_done() {
    let (_folder, place) = profile();
    let store = open(&place);
    let inbox = store.folder("me@mail.example", "INBOX", 7).unwrap();
    let fax = store.keep_fetched(inbox.id, 1, b"a fax", now()).unwrap();
    let note = store.keep_fetched(inbox.id, 2, b"a note", now()).unwrap();
    let unseen = store.keep_fetched(inbox.id, 3, b"unseen", now()).unwrap();
    store.sort_receipt(fax.id, None, "").unwrap();
    store.put_aside(note.id, None, "", now()).unwrap();
    let errand = |uid, kept: Kept, is_of_fax| Errand { uid, message: kept.id, is_of_fax };
    let all = [errand(1, fax, Some(true)), errand(2, note, Some(false)), errand(3, unseen, None)];
    assert_eq!(open(&place).errands(inbox.id).unwrap(), all);
    store.errand_done(inbox.id, 1, Some("moved to Done"), now()).unwrap();
    store.errand_done(inbox.id, 2, None, now()).unwrap();
    assert_eq!(store.errands(inbox.id).unwrap(), all[2..]);
    let told: Vec<_> = store.audit().unwrap().into_iter().filter(|row| row.act == Act::DoneInMailbox).collect();
    assert_eq!((told.len(), told[0].message), (1, Some(fax.id)));
}

#[test]
fn uids_that_mean_something_else_are_forgotten() {
    let (_folder, place) = profile();
    let store = open(&place);
    let inbox = store.folder("me@mail.example", "INBOX", 7).unwrap();
    store.keep_fetched(inbox.id, 1, b"a fax", now()).unwrap();
    store.keep_part(inbox.id, 2, 0, b"half a fax").unwrap();
    store.pass_by(inbox.id, 5, Some(999), now()).unwrap();
    assert_eq!(store.folder("me@mail.example", "INBOX", 7).unwrap().next_uid, 6);
    let anew = store.folder("me@mail.example", "INBOX", 8).unwrap();
    assert_eq!((anew.id, anew.next_uid), (inbox.id, 1));
    assert_eq!((store.fetched_octets(inbox.id, 2).unwrap(), store.errands(inbox.id).unwrap()), (0, vec![]));
    // Another user's mailbox has nothing to do with it.
    assert_ne!(store.folder("you@mail.example", "INBOX", 8).unwrap().id, inbox.id);
    assert_eq!(store.mailbox_changes().unwrap(), 0);
    store.mailbox_changed(&serde_json::json!({}), now()).unwrap();
    assert!(store.mailbox_changes().unwrap() > 0);
}
