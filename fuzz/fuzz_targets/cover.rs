//! Nonsense read as the template of a cover page, and filled in.
#![no_main]

use faxseal::fax::cover::{Facts, Part, Template, fill};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(template) = text.parse::<Template>() else { return };
    for facts in [Facts::default(), Facts { to: "{from}".into(), message: "{".into(), ..Facts::default() }] {
        for parts in [&template.parts, &template.foot] {
            let shown = Template::shown(parts, &facts);
            assert!(shown.iter().all(|part| !matches!(part, Part::Block(_))));
            for part in shown {
                match part {
                    Part::Text(_, _, text) => drop(fill(text, &facts)),
                    Part::Pairs(pairs) => {
                        assert!((1..=2).contains(&pairs.len()));
                        pairs.iter().for_each(|(_, text)| drop(fill(text, &facts)));
                    }
                    Part::Rule(mm) | Part::Space(mm) | Part::Logo(_, mm) => assert!((0.0..=200.0).contains(mm)),
                    Part::Message | Part::Block(_) => {}
                }
            }
        }
    }
});
