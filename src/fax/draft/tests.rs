//! What can be done to a draft, taken back and done again.

use proptest::prelude::*;

use super::*;
use crate::fax::signature::{MarkKind, Placement};

/// A draft with two documents of three pages and one of none.
fn draft() -> Draft {
    let mut draft = Draft::default();
    for (name, pages) in [("a.pdf", 3), ("b.tif", 0), ("c.png", 3)] {
        let id = draft.fresh_document();
        let change = draft.add_document(id, name.to_owned(), pages);
        draft.apply(change).unwrap();
    }
    draft
}

fn order(draft: &Draft) -> Vec<(u32, u32)> {
    draft.pages.iter().map(|page| (page.document.0, page.index)).collect()
}

fn names(draft: &Draft) -> String {
    draft.documents.iter().filter_map(|document| document.name.chars().next()).collect()
}

fn ids(draft: &Draft, places: &[usize]) -> Vec<PageId> {
    places.iter().map(|at| draft.pages[*at].id).collect()
}

/// An act, told by numbers that any draft makes sense of.
#[derive(Clone, Debug)]
enum Act {
    Subject(String),
    Recipient(u32),
    Resolution(usize),
    Cover(bool),
    Due(i64),
    Document(u32),
    RemoveDocument(usize),
    MoveDocument(usize, usize),
    Remove(Vec<usize>),
    Duplicate(Vec<usize>),
    Move(Vec<usize>, usize),
    Turn(Vec<usize>, u8),
    Crop(usize, [u16; 4]),
    Marks(usize, usize),
    Undo,
    Redo,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let places = || prop::collection::vec(0usize..12, 1..4);
    let act = prop_oneof![
        "[a-z]{0,5}".prop_map(Act::Subject),
        (0u32..10).prop_map(Act::Recipient),
        (0usize..3).prop_map(Act::Resolution),
        any::<bool>().prop_map(Act::Cover),
        (0i64..100).prop_map(Act::Due),
        (0u32..4).prop_map(Act::Document),
        (0usize..4).prop_map(Act::RemoveDocument),
        (0usize..4, 0usize..5).prop_map(|(from, to)| Act::MoveDocument(from, to)),
        places().prop_map(Act::Remove),
        places().prop_map(Act::Duplicate),
        (places(), 0usize..14).prop_map(|(pages, to)| Act::Move(pages, to)),
        (places(), any::<u8>()).prop_map(|(pages, turns)| Act::Turn(pages, turns)),
        (0usize..12, prop::array::uniform4(any::<u16>())).prop_map(|(page, crop)| Act::Crop(page, crop)),
        (0usize..12, 0usize..3).prop_map(|(page, count)| Act::Marks(page, count)),
        Just(Act::Undo),
        Just(Act::Redo),
    ];
    prop::collection::vec(act, 1..40)
}

/// The change that an act means in this draft; none where there is nothing to do it to.
fn change(draft: &mut Draft, act: Act) -> Option<Change> {
    let count = draft.pages.len();
    let chosen = |draft: &Draft, places: Vec<usize>| -> Option<Vec<PageId>> {
        let mut places: Vec<usize> = places.into_iter().filter(|_| count > 0).map(|at| at % count.max(1)).collect();
        places.sort_unstable();
        places.dedup();
        (!places.is_empty()).then(|| ids(draft, &places))
    };
    let document = |draft: &Draft, at: usize| draft.documents.get(at).map(|document| document.id);
    Some(match act {
        Act::Subject(subject) => Change::Subject(subject),
        Act::Recipient(last) => {
            let number = format!("+1415555012{last}").parse().unwrap();
            Change::Recipients(vec![Recipient::new(number)])
        }
        Act::Resolution(which) => Change::Resolution(Resolution::ALL[which]),
        Act::Cover(on) => Change::Cover(Cover { on, ..Cover::default() }),
        Act::Due(second) => Change::Due(Timestamp::from_second(second).ok()),
        Act::Document(pages) => {
            let id = draft.fresh_document();
            draft.add_document(id, format!("{pages}.pdf"), pages)
        }
        Act::RemoveDocument(at) => draft.remove_document(document(draft, at)?),
        Act::MoveDocument(from, to) => draft.move_document(document(draft, from)?, to),
        Act::Remove(places) => draft.remove_pages(&chosen(draft, places)?),
        Act::Duplicate(places) => {
            let ids = chosen(draft, places)?;
            draft.duplicate_pages(&ids)
        }
        Act::Move(places, to) => draft.move_pages(&chosen(draft, places)?, to),
        Act::Turn(places, turns) => {
            draft.look_at(&chosen(draft, places)?, |look| look.turns = look.turns.and(Turns::new(turns)))
        }
        Act::Crop(at, crop) => draft.look_at(&chosen(draft, vec![at])?, |look| look.crop = crop.into()),
        Act::Marks(at, count) => {
            let page = chosen(draft, vec![at])?.remove(0);
            let placement = Placement::new(0.25, 0.5, 0.25, 0.125);
            let marks = (0..count).map(|_| Mark { id: draft.fresh_mark(), kind: MarkKind::Check, placement });
            Change::Marks(vec![(page, marks.collect())])
        }
        Act::Undo | Act::Redo => return None,
    })
}

/// What counts: the numbers that were given out do not.
fn shown(draft: &Draft) -> Draft {
    Draft { next: 0, ..draft.clone() }
}

proptest! {
    #[test]
    fn every_act_can_be_taken_back_and_done_again(acts in acts()) {
        let mut draft = draft();
        for act in acts {
            let Some(change) = change(&mut draft, act) else { continue };
            let before = draft.clone();
            let back = draft.apply(change).unwrap();
            let after = draft.clone();
            let forth = draft.apply(back.clone()).unwrap();
            prop_assert_eq!(&draft, &before);
            let again = draft.apply(forth).unwrap();
            prop_assert_eq!(&draft, &after);
            prop_assert_eq!(again, back);
        }
    }

    #[test]
    fn the_history_goes_all_the_way_back_and_forth(acts in acts()) {
        let mut history = History::from(draft());
        let first = shown(history.draft());
        for act in acts {
            match act {
                Act::Undo => { history.undo(); }
                Act::Redo => { history.redo(); }
                act => {
                    let mut draft = history.draft().clone();
                    if let Some(change) = change(&mut draft, act) {
                        history.plan(|known| { *known = draft; change.clone() });
                        history.act(change).unwrap();
                    }
                }
            }
            // It is the same after it was kept and read again.
            let kept = serde_json::to_string(&history).unwrap();
            let read: History = serde_json::from_str(&kept).unwrap();
            prop_assert_eq!(shown(read.draft()), shown(history.draft()));
            history = read;
        }
        while history.redo() {}
        let last = shown(history.draft());
        while history.undo() {}
        prop_assert_eq!(shown(history.draft()), first);
        while history.redo() {}
        prop_assert_eq!(shown(history.draft()), last);
    }
}

#[test]
fn pages_move_across_documents() {
    let mut draft = draft();
    let moved = draft.move_pages(&ids(&draft, &[0, 5]), 4);
    draft.apply(moved).unwrap();
    assert_eq!(order(&draft), [(1, 1), (1, 2), (6, 0), (1, 0), (6, 2), (6, 1)].map(|(d, i)| (d, i)));
}

#[test]
fn a_document_moves_with_its_pages() {
    let mut draft = draft();
    let last = draft.documents[2].id;
    let change = draft.move_document(last, 0);
    draft.apply(change).unwrap();
    assert_eq!(names(&draft), "cab");
    assert!(order(&draft).starts_with(&[(last.0, 0), (last.0, 1), (last.0, 2)]));
    let change = draft.move_document(last, 9);
    draft.apply(change).unwrap();
    assert_eq!(names(&draft), "abc");
    assert!(order(&draft).ends_with(&[(last.0, 0), (last.0, 1), (last.0, 2)]));
}

#[test]
fn a_document_without_pages_keeps_its_place_and_gets_them_there() {
    let mut draft = draft();
    let locked = draft.documents[1].id;
    let change = draft.fill_document(locked, 2);
    draft.apply(change).unwrap();
    assert_eq!(order(&draft)[3..5], [(locked.0, 0), (locked.0, 1)]);
}

#[test]
fn a_document_goes_with_its_last_page_and_comes_back_with_it() {
    let mut history = History::from(draft());
    let pages = ids(history.draft(), &[3, 4, 5]);
    history.act(history.draft().remove_pages(&pages)).unwrap();
    assert_eq!(names(history.draft()), "ab", "one that never had a page stays");
    assert!(history.undo());
    assert_eq!((names(history.draft()).as_str(), history.draft().pages.len()), ("abc", 6));
}

#[test]
fn what_does_not_fit_changes_nothing() {
    let mut draft = draft();
    let before = draft.clone();
    let (page, document) = (draft.pages[0].clone(), draft.documents[0].clone());
    let stray = Page { id: PageId(99), document: DocumentId(98), ..page.clone() };
    let twice = Page { id: PageId(97), ..page.clone() };
    for (change, illegal) in [
        (Change::RemoveDocument(document.id), Illegal::InUse),
        (Change::RemoveDocument(DocumentId(99)), Illegal::Document),
        (Change::AddDocument { at: 0, document }, Illegal::InUse),
        (Change::OrderPages(vec![page.id]), Illegal::Place),
        (Change::OrderPages(vec![page.id; 6]), Illegal::Place),
        (Change::RemovePages(vec![page.id, PageId(99)]), Illegal::Page),
        (Change::Looks(vec![(PageId(99), Look::default())]), Illegal::Page),
        (Change::AddPages(vec![Placed { at: 0, page }]), Illegal::Page),
        (Change::AddPages(vec![Placed { at: 0, page: twice.clone() }, Placed { at: 1, page: twice }]), Illegal::Page),
        (Change::AddPages(vec![Placed { at: 7, page: stray.clone() }]), Illegal::Place),
        (Change::AddPages(vec![Placed { at: 0, page: stray }]), Illegal::Document),
        // The first half is taken back.
        (Change::All(vec![Change::Subject("x".to_owned()), Change::RemovePages(vec![PageId(99)])]), Illegal::Page),
    ] {
        assert_eq!(draft.apply(change.clone()), Err(illegal), "{change:?}");
        assert_eq!(draft, before);
    }
}

#[test]
fn what_is_typed_in_one_go_is_taken_back_in_one() {
    let mut history = History::default();
    let write = |history: &mut History, text: &str| {
        history.write(Typing::Subject, Change::Subject(text.to_owned())).unwrap();
    };
    ["R", "Re", "Ref"].iter().for_each(|text| write(&mut history, text));
    history.act(Change::Resolution(Resolution::Superfine)).unwrap();
    ["Refe", "Refer"].iter().for_each(|text| write(&mut history, text));
    history.pause();
    write(&mut history, "Referral");
    let mut seen = Vec::new();
    while history.undo() {
        seen.push(history.draft().subject.clone());
    }
    assert_eq!(seen, ["Refer", "Ref", "Ref", ""]);
    while history.redo() {}
    assert_eq!(history.draft().subject, "Referral");
    history.act(Change::Subject("Referral".to_owned())).unwrap();
    assert!(history.undo() && history.draft().subject == "Refer", "what changes nothing is no act");
}

#[test]
fn crops_stay_on_the_page() {
    let nan = f64::NAN;
    for (one, other) in [
        ((0.9, 0.9), (0.1, 0.2)),
        ((nan, -1.0), (2.0, f64::INFINITY)),
        ((1.0, 1.0), (1.0, 1.0)),
        ((0.0, nan), (0.0, 0.0)),
    ] {
        let crop = Crop::between(one, other);
        let ((left, top), (right, bottom)) = (crop.top_left(), crop.bottom_right());
        assert!(left >= 0.0 && top >= 0.0 && right <= 1.0 && bottom <= 1.0, "{crop:?}");
        assert!(right - left > 0.0199 && bottom - top > 0.0199, "{crop:?}");
        assert_eq!(Crop::from(<[u16; 4]>::from(crop)), crop);
    }
    assert!((Crop::between((0.1, 0.9), (0.3, 0.2)).top_left().0 - 0.1).abs() < 1e-4);
}

#[test]
fn a_draft_of_another_version_is_not_read() {
    let kept = serde_json::to_value(Draft::default()).unwrap();
    assert_eq!(kept["version"], 1);
    let mut newer = kept.clone();
    newer["version"] = 2.into();
    assert!(serde_json::from_value::<Draft>(kept).is_ok() && serde_json::from_value::<Draft>(newer).is_err());
}
