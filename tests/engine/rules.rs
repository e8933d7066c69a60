//! Rules for received faxes: obeyed once for what comes by the gateway, tried without doing anything.

use faxseal::engine::practice::OWN_NUMBER;
use faxseal::engine::{Engine, EngineError, Event};
use faxseal::fax::inbox::{InboxFilter, Shelf};
use faxseal::fax::received::{PageWords, Word};
use faxseal::fax::rule::{Rule, RuleError, Then, When};
use faxseal::store::Act;

use super::{fax, letter, program};

fn rule(name: &str, when: When, then: Then) -> Rule {
    Rule { name: name.to_owned(), off: false, when, then }
}

fn label(label: &str) -> Then {
    Then { labels: vec![label.to_owned()], ..Then::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_put_what_comes_in_order_and_send_it_on_once() {
    let engine = Engine::demo(program()).await.unwrap();
    let mut events = engine.events();
    let mine = When { number: OWN_NUMBER.to_owned(), gateway: "practice.faxseal".to_owned(), ..When::default() };
    let then = Then {
        assign: Some("Dr. Okafor".to_owned()),
        archive: true,
        notify: true,
        forward: Some("+14155550123".parse().unwrap()),
        ..label("Own")
    };
    engine.set_rule(None, rule("own", mine, then)).await.unwrap();
    let other = When { sender: "nobody at all".to_owned(), ..When::default() };
    engine.set_rule(None, rule("other", other, label("Other"))).await.unwrap();
    let words = When { text: "colleague".to_owned(), ..When::default() };
    engine.set_rule(None, rule("words", words, label("Letter"))).await.unwrap();
    let taken = engine.set_rule(None, rule("own", When::default(), label("x"))).await;
    assert_eq!(taken, Err(EngineError::Rule(RuleError::NameTaken)));
    engine.start_courier();
    let pages = letter(&engine).await;
    engine.queue(fax(&[OWN_NUMBER], pages)).await.unwrap();
    let archived = || InboxFilter { shelf: Shelf::Archive, ..InboxFilter::default() };
    let id = loop {
        if let Event::Notify(id) = events.recv().await.unwrap() {
            break id;
        }
    };
    let row = engine.find_received(archived()).await.unwrap().into_iter().find(|row| row.id == id).unwrap();
    assert_eq!((row.labels.as_slice(), row.assignee.as_deref()), (&["Own".to_owned()][..], Some("Dr. Okafor")));
    // What a rule asks of the words is told when they were read.
    let trials = engine.try_rules(engine.rules().await.unwrap()).await.unwrap();
    assert_eq!(
        (trials[0].rules.as_slice(), trials[0].later.as_slice()),
        (&["own".to_owned()][..], &["words".to_owned()][..])
    );
    let obeyed = async || {
        let audit = engine.audit().await.unwrap();
        audit.into_iter().filter(|row| row.act == Act::RuleObeyed).count()
    };
    assert_eq!(obeyed().await, 1);
    while engine.jobs().await.unwrap().len() < 2 {
        events.recv().await.unwrap();
    }
    let jobs = engine.jobs().await.unwrap();
    let forwarded = jobs.iter().find(|row| row.job.recipient.number.e164() == "+14155550123").unwrap();
    assert_eq!(forwarded.fax.pages, 2);
    // With the words, the last rule is obeyed, and none of the others again.
    let word = Word { text: "colleague".to_owned(), x: 1, y: 1, width: 9, height: 9 };
    engine.keep_words(id, 0, PageWords { lines: vec![vec![word]] }).await.unwrap();
    assert_eq!(obeyed().await, 1, "one page is still to be read");
    engine.keep_words(id, 1, PageWords::default()).await.unwrap();
    let row = engine.received(id).await.unwrap();
    assert_eq!((row.labels, obeyed().await), (vec!["Letter".to_owned(), "Own".to_owned()], 2));
    assert_eq!(engine.jobs().await.unwrap().len(), 2);
    let removed = engine.remove_rule("other").await.unwrap();
    assert_eq!((removed.then, engine.rules().await.unwrap().len()), (label("Other"), 2));
    assert_eq!(engine.remove_rule("other").await, Err(EngineError::Rule(RuleError::NotFound)));
}
