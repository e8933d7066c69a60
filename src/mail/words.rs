//! What a message says to people, and where it wants them to go. Links are shown and never followed: some gateways send
//! one in the place of a fax, and so does everybody who wants to be taken for one.

use super::classify;
use super::mime;

/// Links that are shown.
const MOST_LINKS: usize = 50;
/// Bytes of a link that is shown.
const LONGEST: usize = 2000;

/// The words of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Its text, that of HTML without its tags.
    pub text: String,
    /// The addresses of the web that it names, each once, in their order.
    pub links: Vec<String>,
}

/// Reads the words of a message; of one that passes a bound, nothing.
#[must_use]
pub fn words(raw: &[u8]) -> Words {
    let Ok(parsed) = mime::parse(raw) else { return Words::default() };
    let mut links = Vec::new();
    let of_text = |leaf: &&mime::Leaf| leaf.message_depth == 0 && leaf.media_type.starts_with("text/");
    for leaf in parsed.leaves.iter().filter(of_text) {
        for link in links_in(&leaf.text()) {
            if links.len() < MOST_LINKS && !links.contains(&link) {
                links.push(link);
            }
        }
    }
    let text = classify::body(&parsed.leaves, 0);
    let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    Words { text: text.trim().to_owned(), links }
}

/// `https://…` and `http://…`, up to what no address holds.
fn links_in(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    // ASCII lower case keeps every byte where it is.
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower.get(from..).and_then(|rest| rest.find("http")).map(|at| from + at) {
        from = at + 4;
        let rest = lower.get(at..).unwrap_or_default();
        if !(rest.starts_with("http://") || rest.starts_with("https://")) {
            continue;
        }
        let ends = |c: char| c.is_whitespace() || c.is_control() || "\"'<>()[]{}|\\^`".contains(c);
        let link: String = text.get(at..).unwrap_or_default().chars().take_while(|c| !ends(*c)).take(LONGEST).collect();
        let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?']).replace("&amp;", "&");
        if link.len() > "https://".len() {
            links.push(link);
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_and_words_have_no_tags() {
        let raw = b"Subject: You have a fax\r\nContent-Type: text/html\r\n\r\n<p>Your fax is <a \
            href=\"https://evil.example/a?b=1&amp;c=2\">here</a>.</p><p>See HTTP://gw.example/x. https:// \
            https://evil.example/a?b=1&c=2</p>";
        let words = words(raw);
        assert_eq!(words.links, ["https://evil.example/a?b=1&c=2", "HTTP://gw.example/x"]);
        assert!(words.text.starts_with("Your fax is here.") && !words.text.contains('<'), "{}", words.text);
        assert_eq!(super::words(b""), Words::default());
    }
}
